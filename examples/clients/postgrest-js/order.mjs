// Order and pages.

import { check } from '../checks.mjs';
import { answers, by, db, pick } from './client.mjs';

export async function order(shop) {
  const products = () => db.from('products').select('id');
  const ids = (rows) => rows.map((one) => pick(one, 'id'));
  const sorted = (...comparisons) => [...shop.products].sort((left, right) =>
    comparisons.reduce((result, compare) => result || compare(left, right), 0) || left.id - right.id);
  const down = (compare) => (left, right) => compare(right, left);
  const last = (name) => (left, right) => (left[name] === null) - (right[name] === null);
  const count = shop.products.length;

  await check('by one field', () =>
    answers(products().order('price').order('id').limit(20), { data: ids(sorted(by('price')).slice(0, 20)) }));

  await check('downwards, then by another', () =>
    answers(products().order('stock', { ascending: false }).order('name').order('id').limit(50), {
      data: ids(sorted(down(by('stock')), by('name')).slice(0, 50)),
    }));

  const about = (left, right) => (left.about === null || right.about === null ? 0 : by('about')(left, right));
  for (const [sentence, options, nulls] of [
    ['upwards, rows without a value come last', {}, last('about')],
    ['upwards, rows without a value can come first', { nullsFirst: true }, down(last('about'))],
    ['downwards, rows without a value come first', { ascending: false }, down(last('about'))],
    ['downwards, rows without a value can come last', { ascending: false, nullsFirst: false }, last('about')],
  ]) {
    const compare = options.ascending === false ? down(about) : about;
    await check(sentence, () =>
      answers(products().order('about', options).order('id'), { data: ids(sorted(nulls, compare)) }));
  }

  await check('by a field of a to-one relation that is embedded, if only with nothing', () => {
    const slug = (one) => shop.categories.find((category) => category.id === one.category_id).slug;
    const bySlug = (left, right) => by('slug')({ slug: slug(left) }, { slug: slug(right) });
    return answers(db.from('products').select('id, category()').order('category(slug)').order('id').limit(30), {
      data: ids(sorted(bySlug).slice(0, 30)),
    });
  });

  await check('embedded rows have an order and a limit of their own', () =>
    answers(
      db.from('products').select('id, reviews(id, stars)').lte('id', 10).order('id')
        .order('stars', { referencedTable: 'reviews', ascending: false }).order('id', { referencedTable: 'reviews' })
        .limit(2, { referencedTable: 'reviews' }),
      {
        data: shop.products.slice(0, 10).map((one) => ({
          id: one.id,
          reviews: shop.reviews.filter((review) => review.product_id === one.id)
            .sort((left, right) => right.stars - left.stars || left.id - right.id).slice(0, 2)
            .map((review) => pick(review, 'id', 'stars')),
        })),
      },
    ));

  await check('embedded rows have a range of their own', () =>
    answers(
      db.from('categories').select('id, products(id)').eq('id', 2).order('id', { referencedTable: 'products' })
        .range(3, 5, { referencedTable: 'products' }),
      { data: [{ id: 2, products: ids(shop.products.filter((one) => one.category_id === 2).slice(3, 6)) }] },
    ));

  await check('a limit', () =>
    answers(products().order('id').limit(3), { data: ids(shop.products.slice(0, 3)) }));

  await check('a limit of nothing', () => answers(products().limit(0), { data: [] }));

  await check('a range', () =>
    answers(products().order('id').range(10, 14), { data: ids(shop.products.slice(10, 15)) }));

  await check('a page is counted together with all, and is partial', () =>
    answers(db.from('products').select('id', { count: 'exact' }).order('id').range(0, 1), {
      status: 206, count, data: ids(shop.products.slice(0, 2)),
    }));

  await check('all rows at once are not partial', () =>
    answers(db.from('categories').select('id', { count: 'exact' }).order('id'), {
      count: shop.categories.length, data: ids(shop.categories),
    }));

  await check('rows are counted without being sent', () =>
    answers(db.from('products').select('*', { count: 'exact', head: true }).gt('price', 400), {
      count: shop.products.filter((one) => one.price > 400).length,
    }));

  await check('a page beyond the last row cannot be had', () =>
    answers(db.from('products').select('id', { count: 'exact' }).range(5000, 5009), { status: 416, code: 'PGRST103' }));

  await check('a planned and an estimated count are numbers', async () => {
    for (const kind of ['planned', 'estimated']) {
      await answers(db.from('categories').select('id', { count: kind, head: true }), { count: shop.categories.length });
    }
  });
}
