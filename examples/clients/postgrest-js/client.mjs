// The client under test, and the one way in which each of its answers is judged.

import assert from 'node:assert/strict';
import { PostgrestClient } from '@supabase/postgrest-js';
import { address, rows } from '../checks.mjs';

export const url = address();

/** A client as supabase-js makes it: it names the schema in every call. */
export const db = new PostgrestClient(`${url}/rest/v1`, { schema: 'public' });

/** The shop's rows, to compute from what an answer has to be. */
export async function shop() {
  const names = ['categories', 'products', 'reviews', 'users', 'orders', 'order_items'];
  const all = await Promise.all(names.map((name) => rows(url, name)));
  return Object.fromEntries(names.map((name, index) => [name, all[index]]));
}

/**
 * Judges everything an answer has: status, data, count, and the error's code. What is not expected has to be absent.
 * The error itself is told with the difference, because its words say why.
 */
export async function answers(query, expected) {
  const { status, data, count, error } = await query;
  const seen = { status, data, count, code: error?.code ?? null };
  const wanted = { status: 200, data: null, count: null, code: null, ...expected };
  try {
    assert.deepEqual(seen, wanted);
  } catch (difference) {
    if (error) difference.message += `\nthe answer was: ${JSON.stringify(error)}`;
    throw difference;
  }
  return data;
}

/** The fields of a row that are named. */
export function pick(row, ...names) {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}

/** Compares by one field: numbers by size, texts by code point, as the database does. */
export function by(name) {
  return (left, right) => (left[name] < right[name] ? -1 : left[name] > right[name] ? 1 : 0);
}
