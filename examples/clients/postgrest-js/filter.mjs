// Which rows: every operator that the client has a method for and the shop has a field for.

import { check } from '../checks.mjs';
import { answers, db, pick } from './client.mjs';

export async function filter(shop) {
  const ids = (keep) => shop.products.filter(keep).map((one) => pick(one, 'id'));
  const products = () => db.from('products').select('id').order('id');
  const finds = (sentence, query, keep) => check(sentence, () => answers(query, { data: ids(keep) }));
  const has = (one, ...tags) => tags.every((tag) => one.tags.includes(tag));
  const words = (one) => one.name.toLowerCase().split(' ');

  await finds('eq', products().eq('stock', 18), (one) => one.stock === 18);
  await finds('neq leaves out rows without a value', products().neq('about', 'Made to last.'), (one) =>
    one.about !== null && one.about !== 'Made to last.');
  await finds('gt', products().gt('price', 400), (one) => one.price > 400);
  await finds('gte of an exact decimal', products().gte('price', 399.77), (one) => one.price >= 399.77);
  await finds('lt', products().lt('price', 5), (one) => one.price < 5);
  await finds('lte', products().lte('stock', 2), (one) => one.stock <= 2);
  await finds('two filters both hold', products().gte('price', 10).lt('price', 12), (one) =>
    one.price >= 10 && one.price < 12);
  await finds('like with % and with *', products().like('name', 'Oak%').like('name', '*lamp'), (one) =>
    one.name.startsWith('Oak') && one.name.endsWith('lamp'));
  await finds('like tells capitals from small letters', products().like('name', 'oak%'), () => false);
  await finds('ilike does not', products().ilike('name', 'OAK%LAMP'), (one) => /^oak.*lamp$/i.test(one.name));
  await finds('like of all', products().likeAllOf('name', ['Oak%', '%lamp']), (one) => /^Oak.*lamp$/.test(one.name));
  await finds('like of any', products().likeAnyOf('name', ['%vase', '%hook']), (one) => /(vase|hook)$/.test(one.name));
  await finds('ilike of all', products().ilikeAllOf('name', ['oak%', '%LAMP']), (one) => /^oak.*lamp$/i.test(one.name));
  await finds('ilike of any', products().ilikeAnyOf('name', ['%VASE', '%HOOK']), (one) => /(vase|hook)$/i.test(one.name));
  await finds('a regular expression', products().regexMatch('name', '^(Oak|Cork) .* lamp$'), (one) =>
    /^(Oak|Cork) .* lamp$/.test(one.name));
  await finds('a regular expression without regard to capitals', products().regexIMatch('name', '^oak .* LAMP$'), (one) =>
    /^oak .* lamp$/i.test(one.name));
  await finds('is null', products().is('about', null), (one) => one.about === null);
  await finds('not is null', products().not('about', 'is', null), (one) => one.about !== null);
  await finds('is distinct from counts rows without a value', products().isDistinct('about', 'Made to last.'), (one) =>
    one.about !== 'Made to last.');
  await finds('in', products().in('id', [3, 1, 2, 2_000_000]), (one) => [1, 2, 3].includes(one.id));
  await finds('in with commas and brackets in a value',
    products().in('about', ['Made to last.', 'one, (two)']), (one) => one.about === 'Made to last.');
  await finds('in of nothing', products().in('id', []), () => false);
  await finds('not in', products().notIn('category_id', [1, 2, 3]).lt('id', 50), (one) =>
    ![1, 2, 3].includes(one.category_id) && one.id < 50);
  await finds('contains', products().contains('tags', ['new', 'sale']), (one) => has(one, 'new', 'sale'));
  await finds('contained by', products().containedBy('tags', ['new', 'sale']), (one) =>
    one.tags.every((tag) => ['new', 'sale'].includes(tag)));
  await finds('overlaps', products().overlaps('tags', ['gift', 'outdoor']), (one) => has(one, 'gift') || has(one, 'outdoor'));
  await finds('match takes several fields', products().match({ category_id: 2, stock: 18 }), (one) =>
    one.category_id === 2 && one.stock === 18);
  await finds('not turns an operator round', products().not('price', 'gte', 5), (one) => one.price < 5);
  await finds('not like', products().not('name', 'like', '%lamp').lt('id', 50), (one) =>
    !one.name.endsWith('lamp') && one.id < 50);
  await finds('filter takes the operator as a word', products().filter('id', 'in', '(1,2)'), (one) => one.id <= 2);
  await finds('full text: all words', products().textSearch('name', "'oak' & 'lamp'"), (one) =>
    words(one).includes('oak') && words(one).includes('lamp'));
  await finds('full text: plain words', products().textSearch('name', 'oak lamp', { type: 'plain' }), (one) =>
    words(one).includes('oak') && words(one).includes('lamp'));
  await finds('full text: a phrase', products().textSearch('name', 'nordic lamp', { type: 'phrase' }), (one) =>
    /\bnordic lamp\b/i.test(one.name));
  await finds('full text: as on the web', products().textSearch('name', '"nordic lamp" or vase -oak', { type: 'websearch' }), (one) =>
    /\bnordic lamp\b/i.test(one.name) || (words(one).includes('vase') && !words(one).includes('oak')));

  await finds('or', products().or('price.lt.4,stock.eq.200'), (one) => one.price < 4 || one.stock === 200);
  await finds('or and and, nested', products().or('price.lt.4,and(stock.gte.190,about.is.null)'), (one) =>
    one.price < 4 || (one.stock >= 190 && one.about === null));
  await finds('or with not, in, a quoted value and a list',
    products().or('id.in.(1,2),not.and(stock.gte.1,about.neq."Made to last."),tags.cs.{gift,outdoor}'), (one) => {
      // Nobody knows whether a missing text differs, and "not unknown" is no yes.
      const differs = one.about === null ? one.stock < 1 : one.stock < 1 || one.about === 'Made to last.';
      return one.id <= 2 || differs || has(one, 'gift', 'outdoor');
    });

  const reviews = (id) => shop.reviews.filter((one) => one.product_id === id);
  await check('or on embedded rows', () =>
    answers(
      db.from('products').select('id, reviews(id)').lte('id', 20).order('id')
        .or('stars.eq.1,text.is.null', { referencedTable: 'reviews' }).order('id', { referencedTable: 'reviews' }),
      {
        data: shop.products.filter((one) => one.id <= 20).map((one) => ({
          id: one.id,
          reviews: reviews(one.id).filter((review) => review.stars === 1 || review.text === null)
            .map((review) => pick(review, 'id')),
        })),
      },
    ));

  await check('a date and a moment are compared as such', () =>
    answers(
      db.from('orders').select('id').gte('placed_at', '2026-03-31T00:00:00+02:00').order('id'),
      {
        data: shop.orders.filter((one) => Date.parse(one.placed_at) >= Date.parse('2026-03-30T22:00:00Z'))
          .map((one) => pick(one, 'id')),
      },
    ));

  await check('an enumeration is compared by its words', () =>
    answers(db.from('orders').select('id').eq('status', 'cancelled').lt('id', 200).order('id'), {
      data: shop.orders.filter((one) => one.status === 'cancelled' && one.id < 200).map((one) => pick(one, 'id')),
    }));
}
