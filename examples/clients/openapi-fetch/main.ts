// openapi-fetch with types made from the server's own description, against the shop example.
// That it compiles says that the description is good for something; that it runs, that it is true.
// Every answer is compared whole, and the data is left as it was found.

import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import { address, check, finish, rows } from '../checks.mjs';
import type { components, paths } from './generated/schema.js';

type Product = components['schemas']['products'];
type Problem = components['schemas']['Problem'];

const url = address();
const api = createClient<paths>({ baseUrl: `${url}/rest/v1` });
const server = createClient<paths>({ baseUrl: url });
const products: Product[] = await rows(url, 'products');

const lamp = { name: 'Client lamp', price: 2.5, category_id: 4 };

/** A single row was sent, so a single row is answered. */
function one(data: Product | Product[] | undefined): Product {
  assert.ok(data !== undefined && !Array.isArray(data), 'not one row');
  return data;
}

/** What failed, where something has to fail. */
function problem(error: Problem | undefined, status: number, code: string): Problem {
  assert.ok(error, 'it did not fail');
  assert.deepEqual([error.status, error.code], [status, code]);
  assert.ok(error.title && error.detail, 'it says nothing');
  return error;
}

async function reading() {
  await check('a list with filters, an order and a page', async () => {
    const { data, error, response } = await api.GET('/products', {
      params: {
        query: { price: 'lt.5', select: 'id,price', order: 'price.desc,id', limit: 3 },
        header: { Prefer: 'count=exact' },
      },
    });
    const cheap = products.filter((row) => Number(row.price) < 5)
      .sort((left, right) => Number(right.price) - Number(left.price) || Number(left.id) - Number(right.id));
    assert.deepEqual(data, cheap.slice(0, 3).map(({ id, price }) => ({ id, price })));
    assert.deepEqual([error, response.status], [undefined, 206]);
    assert.equal(response.headers.get('content-range'), `0-2/${cheap.length}`);
    assert.equal(response.headers.get('preference-applied'), 'count=exact');
  });

  await check('a row by its key', async () => {
    const { data, error, response } = await api.GET('/products/{key}', { params: { path: { key: 42 } } });
    assert.deepEqual([data, error, response.status], [products[41], undefined, 200]);
  });

  await check('what belongs to a row', async () => {
    const { data } = await api.GET('/categories/{key}/products', { params: { path: { key: 2 }, query: { limit: 4 } } });
    assert.deepEqual(data, products.filter((row) => row.category_id === 2).slice(0, 4));
    const category = await api.GET('/products/{key}/category', { params: { path: { key: 42 } } });
    assert.equal(category.data?.id, products[41]?.category_id);
  });

  await check('the server\'s own pages', async () => {
    const { data, response } = await server.GET('/health/ready');
    assert.deepEqual([data, response.status], [{ status: 'ready', database: 'up' }, 200]);
  });
}

async function failing() {
  await check('a row that is not there', async () => {
    const { data, error } = await api.GET('/products/{key}', { params: { path: { key: 2_000_000 } } });
    assert.equal(data, undefined);
    assert.equal(problem(error, 404, 'PGRST116').type, 'urn:roundtrip:problem:no-such-row');
  });

  await check('a filter that cannot be read', async () => {
    const { error } = await api.GET('/products', { params: { query: { price: 'cheap' } } });
    problem(error, 400, 'PGRST100');
  });

  await check('fields that are wrong, all at once', async () => {
    const { error } = await api.POST('/products', { body: { name: '', price: -1, category_id: 4, stock: -2 } });
    assert.ok(error && 'errors' in error);
    assert.deepEqual(error.errors?.map((field) => field.pointer).sort(), ['/price', '/stock']);
    assert.equal(error.status, 422);
  });
}

async function writing() {
  const made: number[] = [];
  try {
    await check('a row is made, changed, replaced and removed', async () => {
      const created = await api.POST('/products', { body: lamp });
      const row = one(created.data);
      const key = Number(row.id);
      made.push(key);
      assert.deepEqual(row, { id: key, ...lamp, stock: 0, tags: [], about: null });
      assert.equal(created.response.status, 201);
      assert.equal(created.response.headers.get('location'), `/rest/v1/products/${key}`);

      const path = { path: { key } };
      const changed = await api.PATCH('/products/{key}', { params: path, body: { price: 3, tags: ['new'] } });
      assert.deepEqual([changed.data, changed.response.status], [{ ...row, price: 3, tags: ['new'] }, 200]);

      const replaced = await api.PUT('/products/{key}', { params: path, body: { ...lamp, about: 'Again' } });
      assert.deepEqual([replaced.data, replaced.response.status], [{ ...row, about: 'Again' }, 200]);

      const removed = await api.DELETE('/products/{key}', { params: path });
      assert.deepEqual([removed.data, removed.error, removed.response.status], [undefined, undefined, 204]);
    });

    await check('a list of rows is made, and shown when asked for', async () => {
      const body = [lamp, { ...lamp, name: 'Client vase', stock: 3 }];
      const { data, response } = await api.POST('/products', {
        params: { query: { select: 'id,name,stock' }, header: { Prefer: 'return=representation' } }, body,
      });
      assert.ok(Array.isArray(data), 'not a list');
      made.push(...data.map((row) => Number(row.id)));
      assert.deepEqual(data.map(({ name, stock }) => ({ name, stock })), [{ name: lamp.name, stock: 0 }, { name: 'Client vase', stock: 3 }]);
      assert.equal(response.status, 201);
    });

    await check('rows are changed and removed by a filter', async () => {
      const query = { name: 'like.Client *', select: 'name,stock' };
      const header = { Prefer: 'return=representation' };
      const changed = await api.PATCH('/products', { params: { query, header }, body: { stock: 7 } });
      assert.deepEqual(changed.data, [{ name: lamp.name, stock: 7 }, { name: 'Client vase', stock: 7 }]);
      const removed = await api.DELETE('/products', { params: { query } });
      assert.deepEqual([removed.data, removed.response.status], [undefined, 204]);
    });
  } finally {
    if (made.length > 0) await api.DELETE('/products', { params: { query: { id: `in.(${made})` } } });
  }
  await check('the data is as it was', async () => assert.deepEqual(await rows(url, 'products'), products));
}

/** Never called: what has to be a mistake for the compiler. */
export function mistakes() {
  // @ts-expect-error there is no such resource
  void api.GET('/nothing');
  // @ts-expect-error nobody may remove orders
  void api.DELETE('/orders/{key}', { params: { path: { key: 1 } } });
  // @ts-expect-error a product has a price and a category
  void api.POST('/products', { body: { name: 'Lamp' } });
  // @ts-expect-error a price is a number
  void api.PATCH('/products/{key}', { params: { path: { key: 1 } }, body: { price: 'cheap' } });
  // @ts-expect-error a status is one of four words
  void api.POST('/orders', { body: { customer_id: 1, status: 'lost' } });
  // @ts-expect-error e-mail addresses are not shown
  const hidden: keyof components['schemas']['users'] = 'email';
  return hidden;
}

console.log('reading');
await reading();
console.log('failing');
await failing();
console.log('writing');
await writing();
finish('openapi-fetch');
