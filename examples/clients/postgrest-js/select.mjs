// What `select` shows: fields, aliases, casts, and related rows.

import { check } from '../checks.mjs';
import { answers, by, db, pick } from './client.mjs';

export async function select(shop) {
  const category = (id) => shop.categories.find((one) => one.id === id);
  const user = (id) => shop.users.find((one) => one.id === id);
  const product = (id) => shop.products.find((one) => one.id === id);
  const reviews = (id) => shop.reviews.filter((one) => one.product_id === id);
  const first = shop.products.slice(0, 5);

  await check('without a selection every field is there', () =>
    answers(db.from('products').select().order('id').limit(5), { data: first }));

  await check('the fields that are named are there, and no others', () =>
    answers(db.from('products').select('id, price').order('id').limit(5), {
      data: first.map((one) => pick(one, 'id', 'price')),
    }));

  await check('a field has the name that it is given', () =>
    answers(db.from('products').select('title:name,  cost:price').order('id').limit(5), {
      data: first.map((one) => ({ title: one.name, cost: one.price })),
    }));

  await check('a cast turns numbers into text, and text into numbers', () =>
    answers(db.from('products').select('id::text, cents:price::text').eq('id', 1), {
      data: [{ id: '1', cents: product(1).price.toFixed(2) }],
    }));

  await check('a to-one relation is embedded by its short name', () =>
    answers(db.from('products').select('id, category(name)').order('id').limit(5), {
      data: first.map((one) => ({ id: one.id, category: pick(category(one.category_id), 'name') })),
    }));

  await check('a to-one relation is embedded by the name of the other resource', () =>
    answers(db.from('products').select('id, categories(*)').order('id').limit(5), {
      data: first.map((one) => ({ id: one.id, categories: category(one.category_id) })),
    }));

  await check('a hint says which field leads there', () =>
    answers(db.from('products').select('id, shelf:categories!category_id(slug)').order('id').limit(5), {
      data: first.map((one) => ({ id: one.id, shelf: pick(category(one.category_id), 'slug') })),
    }));

  await check('a to-many relation is embedded as a list', () =>
    answers(
      db.from('products').select('id, reviews(id, stars)').order('id').limit(5)
        .order('id', { referencedTable: 'reviews' }),
      {
        data: first.map((one) => ({
          id: one.id,
          reviews: reviews(one.id).map((review) => pick(review, 'id', 'stars')),
        })),
      },
    ));

  await check('relations nest', () =>
    answers(
      db.from('orders').select('id, customer(name), lines:items(quantity, product(name, category(slug)))')
        .eq('id', 7).order('id', { referencedTable: 'lines' }),
      {
        data: shop.orders.filter((one) => one.id === 7).map((order) => ({
          id: order.id,
          customer: pick(user(order.customer_id), 'name'),
          lines: shop.order_items.filter((line) => line.order_id === order.id).map((line) => ({
            quantity: line.quantity,
            product: {
              name: product(line.product_id).name,
              category: pick(category(product(line.product_id).category_id), 'slug'),
            },
          })),
        })),
      },
    ));

  await check('a filter on embedded rows leaves the rows around them', () =>
    answers(
      db.from('products').select('id, reviews(id)').eq('reviews.stars', 1).lte('id', 30).order('id')
        .order('id', { referencedTable: 'reviews' }),
      {
        data: shop.products.filter((one) => one.id <= 30).map((one) => ({
          id: one.id,
          reviews: reviews(one.id).filter((review) => review.stars === 1).map((review) => pick(review, 'id')),
        })),
      },
    ));

  const disliked = shop.products
    .filter((one) => one.id <= 30 && reviews(one.id).some((review) => review.stars === 1));

  await check('!inner drops rows without an embedded one', () =>
    answers(
      db.from('products').select('id, reviews!inner(stars)').eq('reviews.stars', 1).lte('id', 30).order('id'),
      {
        data: disliked.map((one) => ({
          id: one.id,
          reviews: reviews(one.id).filter((review) => review.stars === 1).map((review) => pick(review, 'stars')),
        })),
      },
    ));

  await check('an embed that shows nothing still filters', () =>
    answers(db.from('products').select('id, reviews!inner()').eq('reviews.stars', 1).lte('id', 30).order('id'), {
      data: disliked.map((one) => pick(one, 'id')),
    }));

  await check('rows can be asked for that have no related one', () =>
    answers(db.from('products').select('id, reviews()').is('reviews', null).order('id'), {
      data: shop.products.filter((one) => reviews(one.id).length === 0).map((one) => pick(one, 'id')),
    }));

  await check('rows can be asked for that have a related one', () =>
    answers(db.from('products').select('id, reviews()').not('reviews', 'is', null).lte('id', 40).order('id'), {
      data: shop.products.filter((one) => one.id <= 40 && reviews(one.id).length > 0).map((one) => pick(one, 'id')),
    }));

  await check('a to-one relation is spread into the row around it', () =>
    answers(db.from('products').select('id, ...category(shelf:name, slug)').order('id').limit(5), {
      data: first.map((one) => {
        const { name, slug } = category(one.category_id);
        return { id: one.id, shelf: name, slug };
      }),
    }));

  await check('a to-many relation is spread into lists', () =>
    answers(
      db.from('products').select('id, ...reviews(stars, review_ids:id)').order('id').limit(5)
        .order('id', { referencedTable: 'reviews' }),
      {
        data: first.map((one) => ({
          id: one.id,
          stars: reviews(one.id).map((review) => review.stars),
          review_ids: reviews(one.id).map((review) => review.id),
        })),
      },
    ));

  await check('fields without a value can be left out', () =>
    answers(db.from('categories').select('id, about').order('id').limit(3).stripNulls(), {
      data: shop.categories.slice(0, 3).map(({ id, about }) => (about === null ? { id } : { id, about })),
    }));

  await check('a view of another order is the same rows', () =>
    answers(db.from('categories').select('slug').order('slug'), {
      data: shop.categories.map((one) => pick(one, 'slug')).sort(by('slug')),
    }));
}
