// Sums, averages and counts.

import assert from 'node:assert/strict';
import { check } from '../checks.mjs';
import { answers, db } from './client.mjs';

export async function aggregate(shop) {
  const cents = (rows) => rows.reduce((sum, one) => sum + Math.round(one.price * 100), 0);
  const of = (id) => shop.products.filter((one) => one.category_id === id);
  const prices = shop.products.map((one) => one.price);

  await check('all rows are counted', () =>
    answers(db.from('products').select('count()'), { data: [{ count: shop.products.length }] }));

  await check('only rows with a value are counted', () =>
    answers(db.from('products').select('about.count()'), {
      data: [{ count: shop.products.filter((one) => one.about !== null).length }],
    }));

  await check('sum, min and max, each under its name', () =>
    answers(db.from('products').select('price.sum(), cheapest:price.min(), price.max()'), {
      data: [{ sum: cents(shop.products) / 100, cheapest: Math.min(...prices), max: Math.max(...prices) }],
    }));

  await check('an average', async () => {
    const { status, data, count, error } = await db.from('products').select('price.avg()').eq('category_id', 2);
    assert.deepEqual([status, data?.length, count, error], [200, 1, null, null]);
    assert.ok(Math.abs(data[0].avg - cents(of(2)) / 100 / of(2).length) < 0.005, `${data[0].avg}`);
  });

  await check('what stands beside an aggregate groups it', () =>
    answers(db.from('products').select('category_id, count(), stock.sum()').order('category_id'), {
      data: shop.categories.map(({ id }) => ({
        category_id: id, count: of(id).length, sum: of(id).reduce((sum, one) => sum + one.stock, 0),
      })),
    }));

  await check('an aggregate is cast', () =>
    answers(db.from('products').select('total:price.sum()::text'), {
      data: [{ total: (cents(shop.products) / 100).toFixed(2) }],
    }));

  await check('related rows are counted', () =>
    answers(db.from('categories').select('id, products(count)').order('id'), {
      data: shop.categories.map(({ id }) => ({ id, products: [{ count: of(id).length }] })),
    }));

  await check('related rows are added up, only those that match', () =>
    answers(
      db.from('categories').select('id, products(count(), stock.sum())').gt('products.price', 100).eq('id', 3),
      {
        data: [{
          id: 3,
          products: [{
            count: of(3).filter((one) => one.price > 100).length,
            sum: of(3).filter((one) => one.price > 100).reduce((sum, one) => sum + one.stock, 0),
          }],
        }],
      },
    ));

  await check('nothing adds up to one row', () =>
    answers(db.from('products').select('count(), price.sum()').lt('price', 0), { data: [{ count: 0, sum: null }] }));
}
