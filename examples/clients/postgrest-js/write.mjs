// Insert, upsert, update, delete. Everything that is made here is removed at the end, whatever happened between.

import assert from 'node:assert/strict';
import { check } from '../checks.mjs';
import { answers, db, pick } from './client.mjs';

export async function write(shop) {
  try {
    await insert(shop);
    await upsert(shop);
    await update();
    await remove();
  } finally {
    await db.from('categories').delete().like('slug', 'client-%');
    await db.from('products').delete().like('name', 'Client %');
  }
}

const categories = () => db.from('categories');
const products = () => db.from('products');
const ours = () => categories().select('name, slug, about').like('slug', 'client-%').order('slug');

async function insert(shop) {
  await check('an insert answers nothing unless it is asked', async () => {
    await answers(categories().insert({ name: 'Client one', slug: 'client-1' }), { status: 201 });
    await answers(ours(), { data: [{ name: 'Client one', slug: 'client-1', about: null }] });
  });

  await check('an insert shows what is selected of the new rows', () =>
    answers(categories().insert({ name: 'Client two', slug: 'client-2' }).select('name, about'), {
      status: 201, data: [{ name: 'Client two', about: null }],
    }));

  await check('an insert shows one row as an object', () =>
    answers(categories().insert({ name: 'Client three', slug: 'client-3', about: 'Third' }).select('slug, about').single(), {
      status: 201, data: { slug: 'client-3', about: 'Third' },
    }));

  await check('several rows are inserted at once, and counted', () =>
    answers(
      categories().insert([{ name: 'Client four', slug: 'client-4' }, { name: 'Client five', slug: 'client-5' }], { count: 'exact' })
        .select('slug'),
      { status: 201, count: 2, data: [{ slug: 'client-4' }, { slug: 'client-5' }] },
    ));

  await check('rows of a list may differ in their fields', () =>
    answers(
      categories().insert([{ name: 'Client six', slug: 'client-6' }, { name: 'Client seven', slug: 'client-7', about: 'Seventh' }])
        .select('slug, about'),
      { status: 201, data: [{ slug: 'client-6', about: null }, { slug: 'client-7', about: 'Seventh' }] },
    ));

  await check('what a row of a list does not say takes its default, when asked for', () =>
    answers(
      products().insert(
        [{ name: 'Client lamp', price: 1.5, category_id: 1 }, { name: 'Client vase', price: 2, category_id: 1, stock: 3, tags: ['new'] }],
        { defaultToNull: false },
      ).select('name, price, stock, tags'),
      {
        status: 201,
        data: [{ name: 'Client lamp', price: 1.5, stock: 0, tags: [] }, { name: 'Client vase', price: 2, stock: 3, tags: ['new'] }],
      },
    ));

  await check('new rows are shown with what they refer to', () =>
    answers(
      products().insert({ name: 'Client rug', price: 3, category_id: 6 }).select('name, category(slug), reviews(id)').single(),
      { status: 201, data: { name: 'Client rug', category: pick(shop.categories[5], 'slug'), reviews: [] } },
    ));

  await check('an empty list inserts nothing', () =>
    answers(categories().insert([]).select(), { status: 201, data: [] }));
}

async function upsert(shop) {
  const row = shop.categories[0];

  await check('an upsert by the key changes the row that is there', async () => {
    await answers(categories().upsert({ ...row, about: 'Changed' }).select().single(), {
      status: 200, data: { ...row, about: 'Changed' },
    });
    await answers(categories().upsert(row), { status: 200 });
    await answers(categories().select().eq('id', row.id).single(), { data: row });
  });

  await check('an upsert by another unique field changes and creates', () =>
    answers(
      categories().upsert(
        [{ name: 'Client one', slug: 'client-1', about: 'First' }, { name: 'Client eight', slug: 'client-8', about: null }],
        { onConflict: 'slug', count: 'exact' },
      ).select('slug, about'),
      { status: 201, count: 2, data: [{ slug: 'client-1', about: 'First' }, { slug: 'client-8', about: null }] },
    ));

  await check('an upsert leaves what is there, when asked to, and does not show it', async () => {
    await answers(
      categories().upsert(
        [{ name: 'Client one', slug: 'client-1', about: 'Other' }, { name: 'Client nine', slug: 'client-9', about: 'Ninth' }],
        { onConflict: 'slug', ignoreDuplicates: true },
      ).select('slug'),
      { status: 201, data: [{ slug: 'client-9' }] },
    );
    await answers(ours().in('slug', ['client-1', 'client-9']), {
      data: [
        { name: 'Client one', slug: 'client-1', about: 'First' },
        { name: 'Client nine', slug: 'client-9', about: 'Ninth' },
      ],
    });
  });

  await check('an upsert that meets another unique value is a conflict', () =>
    answers(categories().upsert({ name: row.name, slug: 'client-10' }, { onConflict: 'slug' }), { status: 409, code: '23505' }));
}

async function update() {
  await check('an update answers nothing unless it is asked', async () => {
    await answers(categories().update({ about: 'Second' }).eq('slug', 'client-2'), { status: 204 });
    await answers(ours().eq('slug', 'client-2'), { data: [{ name: 'Client two', slug: 'client-2', about: 'Second' }] });
  });

  await check('an update shows what is selected of the rows it changed', () =>
    answers(categories().update({ about: 'Both' }).in('slug', ['client-4', 'client-5']).select('slug, about').order('slug'), {
      data: [{ slug: 'client-4', about: 'Both' }, { slug: 'client-5', about: 'Both' }],
    }));

  await check('an update counts the rows it changed', () =>
    answers(categories().update({ about: null }, { count: 'exact' }).in('slug', ['client-4', 'client-5']), {
      status: 204, count: 2,
    }));

  await check('an update of no row is no mistake', async () => {
    await answers(categories().update({ about: 'None' }).eq('slug', 'client-none'), { status: 204 });
    await answers(categories().update({ about: 'None' }).eq('slug', 'client-none').select(), { data: [] });
  });

  await check('an update of one row shows it as an object', () =>
    answers(products().update({ price: 2.25, tags: ['gift', 'new'] }).eq('name', 'Client lamp').select('price, tags').single(), {
      data: { price: 2.25, tags: ['gift', 'new'] },
    }));

  await check('an update by or', () =>
    answers(categories().update({ about: 'Either' }).or('slug.eq.client-6,slug.eq.client-7').select('slug').order('slug'), {
      data: [{ slug: 'client-6' }, { slug: 'client-7' }],
    }));
}

async function remove() {
  await check('a delete answers nothing unless it is asked', async () => {
    await answers(categories().delete().eq('slug', 'client-1'), { status: 204 });
    await answers(ours().eq('slug', 'client-1'), { data: [] });
  });

  await check('a delete shows the rows it removed', () =>
    answers(categories().delete().in('slug', ['client-2', 'client-3']).select('slug').order('slug'), {
      data: [{ slug: 'client-2' }, { slug: 'client-3' }],
    }));

  await check('a delete counts the rows it removed', () =>
    answers(categories().delete({ count: 'exact' }).in('slug', ['client-4', 'client-5', 'client-none']), {
      status: 204, count: 2,
    }));

  await check('a delete of no row is no mistake', () =>
    answers(categories().delete().eq('slug', 'client-none').select(), { data: [] }));

  await check('what was made is gone', async () => {
    await answers(categories().delete().like('slug', 'client-%'), { status: 204 });
    await answers(products().delete().like('name', 'Client %'), { status: 204 });
    await answers(ours(), { data: [] });
    const { count } = await products().select('*', { count: 'exact', head: true }).like('name', 'Client %');
    assert.equal(count, 0);
  });
}
