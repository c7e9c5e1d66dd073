// react-admin's data provider for PostgREST, as an application makes it; only the browser is missing.

import { fetchUtils } from 'ra-core';
import postgrest from '@raphiniert/ra-data-postgrest';

// The package is CommonJS: its own default stands inside the one that node makes.
const dataProvider = postgrest.default ?? postgrest;

/** A data provider; resources whose key is not `id` are named with the fields of their key. */
export function provider(url, keys = {}) {
  return dataProvider({
    apiUrl: `${url}/rest/v1`,
    httpClient: fetchUtils.fetchJson,
    defaultListOp: 'eq',
    primaryKeys: new Map(Object.entries(keys)),
    schema: () => '',
  });
}
