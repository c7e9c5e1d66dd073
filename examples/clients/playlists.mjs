// What the shop has not, on a small project beside this file: many-to-many, keys of two fields, JSON. Both clients.
//
//     roundtrip serve examples/clients/playlists --compat postgrest
//     node playlists.mjs http://127.0.0.1:8361

import assert from 'node:assert/strict';
import { check, finish } from './checks.mjs';
import { answers, db, url } from './postgrest-js/client.mjs';
import { provider } from './ra-data-postgrest/provider.mjs';

const KEY = ['playlist_id', 'track_id'];
const places = () => db.from('playlist_tracks');
const tracks = () => db.from('tracks').select('id').order('id');

console.log('postgrest-js');

await check('a many-to-many relation is embedded through its junction, from both sides', async () => {
  await answers(db.from('playlists').select('name, tracks(title)').order('id').order('title', { referencedTable: 'tracks' }), {
    data: [
      { name: 'Breakfast', tracks: [{ title: 'Harbour' }, { title: 'Morning' }] },
      { name: 'Way to work', tracks: [{ title: 'Morning' }, { title: 'Tram line' }] },
      { name: 'Empty', tracks: [] },
    ],
  });
  await answers(db.from('tracks').select('title, lists:playlists!inner(name)').eq('lists.name', 'Breakfast').order('id'), {
    data: [
      { title: 'Morning', lists: [{ name: 'Breakfast' }] },
      { title: 'Harbour', lists: [{ name: 'Breakfast' }] },
    ],
  });
});

await check('the junction itself is embedded as well', () =>
  answers(
    db.from('playlists').select('playlist_tracks(place, track(title))').eq('id', 2)
      .order('place', { referencedTable: 'playlist_tracks' }).single(),
    { data: { playlist_tracks: [{ place: 1, track: { title: 'Tram line' } }, { place: 2, track: { title: 'Morning' } }] } },
  ));

await check('an upsert by a key of two fields', async () => {
  const rows = [{ playlist_id: 1, track_id: 1, place: 5 }, { playlist_id: 3, track_id: 4, place: 1 }];
  await answers(places().upsert(rows).select().order('playlist_id'), { status: 201, data: rows });
  await answers(places().upsert({ ...rows[0], place: 1 }, { onConflict: 'playlist_id,track_id' }).select().single(), {
    data: { ...rows[0], place: 1 },
  });
  await answers(places().delete().eq('playlist_id', 3), { status: 204 });
});

await check('parts of a JSON field are shown, as JSON and as text', () =>
  answers(db.from('tracks').select('details->year, made:details->>year, mood:details->moods->>0').lte('id', 4).order('id'), {
    data: [
      { year: 2019, made: '2019', mood: 'calm' },
      { year: 2021, made: '2021', mood: 'calm' },
      { year: 2023, made: '2023', mood: null },
      { year: null, made: null, mood: null },
    ],
  }));

await check('rows are found and sorted by parts of a JSON field', async () => {
  await answers(tracks().eq('details->>artist', 'Ines'), { data: [{ id: 1 }, { id: 3 }] });
  await answers(tracks().gt('details->year', 2019), { data: [{ id: 2 }, { id: 3 }] });
  await answers(tracks().is('details->year', null), { data: [{ id: 4 }] });
  await answers(tracks().contains('details', { artist: 'Ines', moods: ['calm'] }), { data: [{ id: 1 }] });
  await answers(db.from('tracks').select('id').order('details->>year', { ascending: false, nullsFirst: false }), {
    data: [{ id: 3 }, { id: 2 }, { id: 1 }, { id: 4 }],
  });
});

await check('any JSON is stored and shown as it is', async () => {
  for (const details of [{ a: [1, 2.5, null, { b: 'ü"\\' }] }, [], 'text', 7, true]) {
    await answers(db.from('tracks').insert({ title: 'Client track', seconds: 9, details }).select('details').single(), {
      status: 201, data: { details },
    });
    await answers(db.from('tracks').delete().eq('title', 'Client track').select('details').single(), { data: { details } });
  }
});

console.log('ra-data-postgrest');
const admin = provider(url, { playlist_tracks: KEY });
const id = JSON.stringify([1, 2]);
const row = { id, playlist_id: 1, track_id: 2, place: 2 };

await check('a row with a key of two fields is read, alone and with others', async () => {
  assert.deepEqual(await admin.getOne('playlist_tracks', { id }), { data: row, meta: undefined });
  const { data } = await admin.getMany('playlist_tracks', { ids: [id, JSON.stringify([2, 1])] });
  assert.deepEqual(data, [row, { id: '[2,1]', playlist_id: 2, track_id: 1, place: 2 }]);
});

await check('a list is sorted by a key of two fields', async () => {
  const pagination = { page: 1, perPage: 2 };
  const answer = await admin.getList('playlist_tracks', { pagination, sort: { field: 'id', order: 'DESC' }, filter: {} });
  assert.equal(answer.total, 4);
  assert.deepEqual(answer.data.map((one) => one.id), ['[2,3]', '[2,1]']);
});

await check('a row with a key of two fields is made, changed and removed', async () => {
  const made = await admin.create('playlist_tracks', { data: { playlist_id: 3, track_id: 2, place: 1 } });
  assert.deepEqual(made.data, { id: '[3,2]', playlist_id: 3, track_id: 2, place: 1 });
  const changed = await admin.update('playlist_tracks', { id: '[3,2]', data: { ...made.data, place: 4 }, previousData: made.data });
  assert.deepEqual(changed.data, { ...made.data, place: 4 });
  const many = await admin.updateMany('playlist_tracks', { ids: ['[3,2]', '[1,2]'], data: { place: 2 } });
  assert.deepEqual(many.data.sort(), ['[1,2]', '[3,2]']);
  const removed = await admin.deleteMany('playlist_tracks', { ids: ['[3,2]', '[3,3]'] });
  assert.deepEqual(removed.data, ['[3,2]']);
  assert.deepEqual((await admin.getOne('playlist_tracks', { id })).data, row);
});

finish('playlists');
