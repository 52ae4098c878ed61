import { hashKey } from '../shards';
import { UNREACHED_POSITION } from '../wal-position';
import { UNKNOWN_LIMIT } from './marker-table';
import { MARKER_PLACES, Markers } from './markers';
import { Clock } from './testing';

const address = { key: 'key', tags: ['tag'] };
const place = (key: string) => hashKey(key) % MARKER_PLACES;
/** Shares its place with `key`. */
const neighbour = Array.from({ length: 20 * MARKER_PLACES }, (_, index) => `other-${index}`).find((key) => place(key) === place('key')) ?? '';
const open = (time = new Clock()) => new Markers({ lifeMillis: 60_000, now: time.now });

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

it('remembers each of any number of names, and makes nothing of it for most of the others', () => {
  const markers = open();
  for (let index = 1; index <= 50_000; index += 1) markers.add({ keys: [String(index)], tags: [], position: index });
  for (let index = 1; index <= 50_000; index += 1) expect(markers.required({ key: String(index), tags: [] })).toBeGreaterThanOrEqual(index);
  expect(markers.floor).toBe(0);
  const others = Array.from({ length: 1_000 }, (_, index) => markers.required({ key: `other-${index}`, tags: ['other'] }));
  // Of 131,072 places a third is taken.
  expect(others.filter((position) => position > 0).length).toBeLessThan(500);
});

it('takes names that share a place for one', () => {
  const markers = open();
  markers.add({ keys: ['key'], tags: [], position: 10 });
  expect(markers.required({ key: neighbour, tags: [] })).toBe(10);
  expect(markers.changedSince(0, { key: neighbour, tags: [] })).toBe(true);
  expect(markers.required({ key: 'another', tags: ['key'] })).toBe(0);
});

it('forgets after its time, and before twice as long, however often the name is written', async () => {
  const time = new Clock();
  const markers = open(time);
  const both = () => [markers.required({ key: 'key', tags: [] }), markers.floor];
  markers.add({ keys: ['first'], tags: [], position: 5 });
  markers.addEverything(5);
  await time.pass(59_999);
  markers.add({ keys: ['key'], tags: [], position: 20 });
  markers.addEverything(20);
  await time.pass(60_000);
  expect(both()).toEqual([20, 20]);
  markers.add({ keys: ['key'], tags: [], position: 10 });
  markers.addEverything(10);
  await time.pass(60_000);
  expect(both()).toEqual([10, 10]);
  await time.pass(120_000);
  expect(both()).toEqual([0, 0]);
});

it('keeps what has no known position apart until it has one, and no more of that than its limit', () => {
  const markers = open();
  markers.add({ keys: ['key'], tags: ['tag'], position: UNREACHED_POSITION });
  markers.addEverything(UNREACHED_POSITION);
  expect(markers.floor).toBe(UNREACHED_POSITION);
  markers.know({ key: 'none', tags: ['tag'] }, 20);
  expect([markers.floor, markers.ofTag('tag'), markers.required({ key: neighbour, tags: [] })]).toEqual([20, 20, 20]);
  // A write of the same name that is known does not say where the other one is.
  markers.add({ keys: ['key'], tags: [], position: 30 });
  expect(markers.required(address)).toBe(UNREACHED_POSITION);
  markers.know(address, 25);
  expect(markers.required(address)).toBe(30);
  for (let index = 0; index < UNKNOWN_LIMIT; index += 1) markers.add({ keys: [`unknown-${index}`], tags: [], position: UNREACHED_POSITION });
  markers.add({ keys: ['key'], tags: [], position: UNREACHED_POSITION });
  expect(markers.required({ key: neighbour, tags: [] })).toBe(UNREACHED_POSITION);
});
