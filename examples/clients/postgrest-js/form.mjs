// Forms of an answer, and what may be asked of a write beside its rows.

import assert from 'node:assert/strict';
import { PostgrestClient } from '@supabase/postgrest-js';
import { check } from '../checks.mjs';
import { answers, db, pick, url } from './client.mjs';

export async function form(shop) {
  try {
    await forms(shop);
  } finally {
    await db.from('categories').delete().like('slug', 'client-%');
    await db.from('categories').upsert(shop.categories.slice(0, 2));
  }
}

async function forms(shop) {
  const row = shop.categories[1];
  const one = () => db.from('categories').select().eq('id', row.id);

  await check('one row as an object', () => answers(one().single(), { data: row }));
  await check('one row or none: one', () => answers(one().maybeSingle(), { data: row }));
  await check('one row or none: none', () =>
    answers(db.from('categories').select().eq('id', 2_000_000).maybeSingle(), { data: null }));

  await check('rows as CSV, a text with a comma in quotes', async () => {
    const { data, ...rest } = await db.from('categories').select('id, name, about').lte('id', 3).order('id').csv();
    assert.deepEqual({ status: rest.status, count: rest.count, error: rest.error }, { status: 200, count: null, error: null });
    assert.deepEqual(table(data), [
      ['id', 'name', 'about'],
      ...shop.categories.slice(0, 3).map(({ id, name, about }) => [`${id}`, name, about ?? '']),
    ]);
  });

  await check('a client without a schema gets the same', () =>
    answers(new PostgrestClient(`${url}/rest/v1`).from('categories').select().eq('id', row.id).single(), { data: row }));

  await check('a schema that is not there is refused', () =>
    answers(db.schema('secret').from('categories').select(), { status: 406, code: 'PGRST106' }));

  await check('an answer that failed can be thrown', () =>
    assert.rejects(async () => db.from('nothing').select().throwOnError(), { code: 'PGRST205' }));

  await check('a write can be tried and taken back', async () => {
    await answers(db.from('categories').insert({ name: 'Client try', slug: 'client-try' }).select('slug').rollback(), {
      status: 201, data: [{ slug: 'client-try' }],
    });
    await answers(db.from('categories').update({ about: 'Tried' }).eq('id', row.id).select().single().rollback(), {
      data: { ...row, about: 'Tried' },
    });
    await answers(db.from('reviews').delete().eq('product_id', 1).select('id').order('id').rollback(), {
      data: shop.reviews.filter((review) => review.product_id === 1).map((review) => pick(review, 'id')),
    });
    await answers(db.from('categories').select().like('slug', 'client-%'), { data: [] });
    await answers(one().single(), { data: row });
    await answers(db.from('reviews').select('*', { count: 'exact', head: true }), { count: shop.reviews.length });
  });

  await check('a write of more rows than were meant is taken back', async () => {
    await answers(db.from('categories').update({ about: 'Too many' }).lte('id', 2).maxAffected(1), { status: 400, code: 'PGRST124' });
    await answers(db.from('reviews').delete().lte('id', 3).maxAffected(2), { status: 400, code: 'PGRST124' });
    await answers(db.from('categories').select().lte('id', 2).order('id'), { data: shop.categories.slice(0, 2) });
    await answers(db.from('reviews').select('id').lte('id', 3).order('id'), { data: [{ id: 1 }, { id: 2 }, { id: 3 }] });
  });

  await check('a write of as many rows as were meant is done', () =>
    answers(db.from('categories').update({ about: row.about }).eq('id', row.id).maxAffected(1).select(), { data: [row] }));

  await check('a write of several rows, asked for as one, is taken back', async () => {
    await answers(db.from('categories').update({ about: 'Several' }).lte('id', 2).select().single(), { status: 406, code: 'PGRST116' });
    await answers(db.from('categories').select().lte('id', 2).order('id'), { data: shop.categories.slice(0, 2) });
  });
}

/** The cells of a CSV text (RFC 4180). */
function table(text) {
  const cell = /("(?:[^"]|"")*"|[^,"\r\n]*)(,|\r?\n|$)/y;
  const lines = [[]];
  while (cell.lastIndex < text.length) {
    const [, value, end] = cell.exec(text);
    lines.at(-1).push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end === ',' && cell.lastIndex === text.length) lines.at(-1).push('');
    if (end !== ',' && end !== '' && cell.lastIndex < text.length) lines.push([]);
  }
  return lines;
}
