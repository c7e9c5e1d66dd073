// react-admin's client, @raphiniert/ra-data-postgrest, against the shop example:
//
//     roundtrip serve examples/shop
//     node ra-data-postgrest.mjs http://127.0.0.1:8360
//
// Every method of a data provider, each answer compared whole. The data is left as it was found.

import assert from 'node:assert/strict';
import { address, check, finish, rows } from './checks.mjs';
import { provider } from './ra-data-postgrest/provider.mjs';

const url = address();
const admin = provider(url);
const [categories, products, reviews] = await Promise.all(
  ['categories', 'products', 'reviews'].map((name) => rows(url, name)),
);

/** A list has to have these rows on its page, of so many in all. */
async function lists(resource, params, all, meta) {
  const { page, perPage } = params.pagination;
  const answer = await admin.getList(resource, { filter: {}, ...params });
  const data = all.slice((page - 1) * perPage, page * perPage);
  assert.deepEqual(answer, { data, total: all.length, meta });
}

const byId = { field: 'id', order: 'ASC' };
const first = { page: 1, perPage: 10 };
const finds = (sentence, filter, keep) =>
  check(sentence, () => lists('products', { pagination: first, sort: byId, filter }, products.filter(keep)));

console.log('reading');

await check('getList: a page in the middle, of all', () =>
  lists('products', { pagination: { page: 3, perPage: 25 }, sort: byId }, products));

await check('getList: the last page is not full', () =>
  lists('categories', { pagination: { page: 3, perPage: 8 }, sort: byId }, categories));

await check('getList: sorted downwards by another field', () =>
  lists('categories', { pagination: first, sort: { field: 'slug', order: 'DESC' } },
    [...categories].sort((left, right) => (left.slug < right.slug ? 1 : -1))));

await check('getList: rows without a value come last, when asked for', async () => {
  const sort = { field: 'about', order: 'DESC' };
  const answer = await admin.getList('categories', { pagination: first, sort, filter: {}, meta: { nullslast: true } });
  const with_text = categories.filter((one) => one.about !== null).sort((left, right) => (left.about < right.about ? 1 : -1));
  assert.deepEqual(answer.data.slice(0, with_text.length), with_text);
  assert.ok(answer.data.slice(with_text.length).every((one) => one.about === null));
});

await finds('getList: a filter without an operator compares', { category_id: 2 }, (one) => one.category_id === 2);
await finds('getList: gte and lt', { 'price@gte': 10, 'stock@lt': 5 }, (one) => one.price >= 10 && one.stock < 5);
// One word: of several the client makes name[0]=…&name[1]=…, which PostgREST does not read either.
await finds('getList: ilike', { 'name@ilike': 'LAMP' }, (one) => /lamp/i.test(one.name));
await finds('getList: in', { 'id@in': '(2,3,5)' }, (one) => [2, 3, 5].includes(one.id));
await finds('getList: is', { 'about@is': 'null' }, (one) => one.about === null);
await finds('getList: contains', { 'tags@cs': '{new,sale}' }, (one) => one.tags.includes('new') && one.tags.includes('sale'));
await finds('getList: or', { '@or': { 'price@lt': 4, 'stock@eq': 200 } }, (one) => one.price < 4 || one.stock === 200);
await finds('getList: full text', { 'name@plfts': 'oak lamp' }, (one) => /oak/i.test(one.name) && /lamp/i.test(one.name));

await check('getList: some fields, and what the rows refer to', async () => {
  const meta = { columns: ['id', 'name'], embed: ['category'] };
  const { data, total } = await admin.getList('products', { pagination: { page: 1, perPage: 2 }, sort: byId, filter: {}, meta });
  const category = (id) => categories.find((one) => one.id === id);
  assert.equal(total, products.length);
  assert.deepEqual(data, products.slice(0, 2).map(({ id, name, category_id }) => ({ id, name, category: category(category_id) })));
});

await check('getOne', async () => {
  assert.deepEqual(await admin.getOne('products', { id: 42 }), { data: products[41], meta: undefined });
});

await check('getOne: what is prefetched comes apart from the row', async () => {
  const { data, meta } = await admin.getOne('products', { id: 42, meta: { prefetch: ['category'] } });
  assert.deepEqual(data, products[41]);
  assert.deepEqual(meta.prefetched.category, [categories[products[41].category_id - 1]]);
});

await check('getMany', async () => {
  const { data } = await admin.getMany('products', { ids: [7, 5, 2_000_000] });
  assert.deepEqual(data.sort((left, right) => left.id - right.id), [products[4], products[6]]);
});

await check('getManyReference', async () => {
  const all = reviews.filter((one) => one.product_id === 1 && one.stars >= 4);
  const answer = await admin.getManyReference('reviews', {
    target: 'product_id', id: 1, pagination: { page: 1, perPage: 2 }, sort: byId, filter: { 'stars@gte': 4 },
  });
  assert.deepEqual(answer, { data: all.slice(0, 2), total: all.length, meta: undefined });
});

await check('getOne of nothing fails with the status and the body', () =>
  assert.rejects(admin.getOne('products', { id: 2_000_000 }), (error) => {
    assert.equal(error.status, 406);
    assert.equal(error.body.code, 'PGRST116');
    return true;
  }));

console.log('writing');
const made = [];
const fresh = async (name) => {
  const { data } = await admin.create('products', { data: { name, price: 2.5, category_id: 4 } });
  made.push(data.id);
  return data;
};

try {
  let row;
  await check('create', async () => {
    row = await fresh('Client one');
    assert.equal(typeof row.id, 'number');
    assert.deepEqual(row, { id: row.id, name: 'Client one', price: 2.5, stock: 0, category_id: 4, tags: [], about: null });
  });

  await check('create that fails says which field', () =>
    assert.rejects(admin.create('products', { data: { price: -1, category_id: 4 } }), (error) => {
      assert.equal(error.status, 422);
      assert.deepEqual(error.body.errors.map((one) => one.pointer).sort(), ['/name', '/price']);
      return true;
    }));

  await check('update sends what has changed', async () => {
    const data = { ...row, price: 3.75, tags: ['new'] };
    assert.deepEqual(await admin.update('products', { id: row.id, data, previousData: row }), { data, meta: undefined });
    assert.deepEqual((await admin.getOne('products', { id: row.id })).data, data);
  });

  await check('updateMany', async () => {
    const ids = [row.id, (await fresh('Client two')).id];
    const { data } = await admin.updateMany('products', { ids, data: { stock: 9 } });
    assert.deepEqual(data.sort((left, right) => left - right), ids);
    const both = await admin.getMany('products', { ids });
    assert.deepEqual(both.data.map((one) => one.stock), [9, 9]);
  });

  await check('delete shows what was there', async () => {
    const two = made[1];
    const { data } = await admin.delete('products', { id: two, previousData: {} });
    assert.deepEqual(data, { id: two, name: 'Client two', price: 2.5, stock: 9, category_id: 4, tags: [], about: null });
    assert.deepEqual((await admin.getMany('products', { ids: [two] })).data, []);
  });

  await check('deleteMany', async () => {
    const ids = [row.id, (await fresh('Client three')).id];
    const { data } = await admin.deleteMany('products', { ids });
    assert.deepEqual(data.sort((left, right) => left - right), ids);
  });
} finally {
  if (made.length > 0) await fetch(`${url}/rest/v1/products?id=in.(${made})`, { method: 'DELETE' });
}

await check('the data is as it was', async () => assert.deepEqual(await rows(url, 'products'), products));
finish('ra-data-postgrest');
