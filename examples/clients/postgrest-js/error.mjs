// What fails, with the status and the code that programs compare. Nothing of it changes anything.

import { check } from '../checks.mjs';
import { answers, db } from './client.mjs';

export async function error(shop) {
  try {
    await errors(shop);
  } finally {
    await db.from('categories').delete().like('slug', 'client-%');
  }
}

async function errors(shop) {
  const { id, name } = shop.categories[0];
  const fails = (sentence, query, status, code) => check(sentence, () => answers(query, { status, code }));
  const categories = () => db.from('categories');

  await fails('a resource that is not there', db.from('nothing').select(), 404, 'PGRST205');
  await fails('a field that is not there, shown', categories().select('colour'), 400, '42703');
  await fails('a field that is not there, asked about', categories().select().eq('colour', 'red'), 400, '42703');
  await fails('a field that is not there, sorted by', categories().select().order('colour'), 400, '42703');
  await fails('a field that nobody may read', db.from('users').select('email'), 400, '42703');
  await fails('a field that nobody may read, asked about', db.from('users').select('id').eq('email', 'a@example.com'), 400, '42703');
  await fails('a relation that is not there', categories().select('orders(id)'), 400, 'PGRST200');
  await fails('an embedded resource that is not embedded', categories().select().eq('products.id', 1), 400, 'PGRST108');
  await fails('an operator that is not there', categories().select().filter('id', 'near', 1), 400, 'PGRST100');
  await fails('a number that is none', categories().select().eq('id', 'one'), 400, '22P02');
  await fails('a condition that cannot be read', categories().select().or('id.eq.1,(name'), 400, 'PGRST100');
  await fails('no row where one was asked for', categories().select().eq('id', 2_000_000).single(), 406, 'PGRST116');
  await fails('several rows where one was asked for', categories().select().lt('id', 5).single(), 406, 'PGRST116');
  await fails('several rows where one or none was asked for', categories().select().lt('id', 5).maybeSingle(), 406, 'PGRST116');
  await fails('a resource that nobody may read', db.from('carts').select(), 401, '42501');

  const category = { name: 'Client error', slug: 'client-error' };
  const product = { name: 'Client error', price: 1, category_id: id };
  await fails('a unique value that is taken', categories().insert({ ...category, name }), 409, '23505');
  await fails('a key that is taken', categories().insert({ ...category, id }), 409, '23505');
  await fails('a reference to nothing', db.from('products').insert({ ...product, category_id: 2_000_000 }), 409, '23503');
  await fails('a row that others refer to', categories().delete().eq('id', id), 409, '23503');
  await fails('a value that is missing', categories().insert({ slug: 'client-error' }), 422, '23502');
  await fails('a null that may not be', categories().insert({ ...category, name: null }), 422, '23502');
  await fails('a null that may not be, in an update', categories().update({ name: null }).eq('id', id), 422, '23502');
  await fails('a value under its limit', db.from('products').insert({ ...product, price: -1 }), 422, '23514');
  await fails('a text over its limit', categories().insert({ ...category, name: 'x'.repeat(61) }), 422, '22001');
  await fails('a text where a number belongs', db.from('products').insert({ ...product, stock: 'many' }), 422, '22P02');
  await fails('a field that is not there, written', categories().insert({ ...category, colour: 'red' }), 422, 'PGRST204');
  await fails('a field that is not there, written in a list', categories().insert([{ ...category, colour: 'red' }]), 400, 'PGRST204');
  await fails('an upsert by a field that is not unique', categories().upsert(category, { onConflict: 'about' }), 400, '42P10');
  await fails('a write that nobody may do', db.from('users').update({ city: 'Rome' }).eq('id', 1), 405, '42501');
  await fails('a list, one row of which fails, is not written at all',
    categories().insert([{ ...category }, { ...category, name: 'Client other' }]), 409, '23505');
  await check('nothing of all this was written', () =>
    answers(categories().select('*', { count: 'exact', head: true }), { count: shop.categories.length }));
}
