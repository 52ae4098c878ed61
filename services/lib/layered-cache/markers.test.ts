import { UNREACHED_POSITION } from '../wal-position';
import { MARKER_LIMIT, Markers } from './markers';
import { Clock } from './testing';

const address = { key: 'key', tags: ['tag'] };
const open = (time = new Clock()) => new Markers({ lifeMillis: 60_000, now: time.now });
const fill = (markers: Markers) => {
  for (let index = 0; index < MARKER_LIMIT; index += 1) markers.add({ keys: [String(index)], tags: [], position: 3 });
};

it('knows from which position on a read is new enough', () => {
  const markers = open();
  expect(markers.required(address)).toBe(0);
  markers.add({ keys: ['key'], tags: [], position: 10 });
  markers.add({ keys: ['other'], tags: ['tag'], position: 20 });
  expect(markers.required(address)).toBe(20);
  expect(markers.required({ key: 'key', tags: [] })).toBe(10);
  expect(markers.ofTag('tag')).toBe(20);
  // A message that was overtaken.
  markers.add({ keys: ['key'], tags: ['tag'], position: 5 });
  expect(markers.required(address)).toBe(20);
  markers.addEverything(30);
  expect(markers.required({ key: 'any', tags: [] })).toBe(30);
  expect(markers.floor).toBe(30);
});

it('knows whether anything was invalidated since', () => {
  const markers = open();
  markers.add({ keys: ['key'], tags: ['tag'], position: 10 });
  const before = markers.now;
  expect(markers.changedSince(before, address)).toBe(false);
  markers.add({ keys: ['other'], tags: ['another'], position: 10 });
  expect(markers.changedSince(before, address)).toBe(false);
  for (const change of [{ keys: ['key'], tags: [] }, { keys: [], tags: ['tag'] }]) {
    const moment = markers.now;
    markers.add({ ...change, position: 10 });
    expect(markers.changedSince(moment, address)).toBe(true);
    expect(markers.changedSince(markers.now, address)).toBe(false);
  }
  const moment = markers.now;
  markers.interrupt();
  expect(markers.changedSince(moment, address)).toBe(true);
});

it('takes what it can no longer remember for everything', () => {
  const markers = open();
  markers.add({ keys: ['key'], tags: [], position: 7 });
  const moment = markers.now;
  fill(markers);
  expect(markers.floor).toBe(7);
  expect(markers.required({ key: 'any', tags: [] })).toBe(7);
  markers.add({ keys: ['more'], tags: [], position: 3 });
  expect(markers.changedSince(moment, { key: 'any', tags: [] })).toBe(true);
});

it('forgets that for everything as well, once its time is over', async () => {
  const time = new Clock();
  const markers = open(time);
  markers.add({ keys: ['key'], tags: [], position: UNREACHED_POSITION });
  await time.pass(60_000);
  fill(markers);
  // Evicted, though over.
  expect(markers.floor).toBe(0);
  markers.add({ keys: ['key'], tags: [], position: UNREACHED_POSITION });
  await time.pass(30_000);
  fill(markers);
  expect(markers.floor).toBe(UNREACHED_POSITION);
  markers.addEverything(30);
  await time.pass(29_999);
  expect(markers.floor).toBe(UNREACHED_POSITION);
  await time.pass(1);
  expect(markers.floor).toBe(30);
  await time.pass(30_000);
  expect(markers.floor).toBe(0);
});
