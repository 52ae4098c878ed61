import { Deadline, DeadlinePassedError } from '../deadline';
import { until } from '../testing/service-process';
import { UNREACHED_POSITION } from '../wal-position';
import { FAILURES_TO_OPEN } from './layer-guard';
import { MEMORY_BYTES, MEMORY_ENTRIES, standardCacheTimes } from './settings';
import { Clock, openCache, Source, SourceDownError } from './testing';

const absent = { kind: 'absent' };
const value = (stored: unknown) => ({ kind: 'value', value: stored });

let source: Source;
beforeEach(() => {
  source = new Source();
});

const lookUp = (key: string, tags: readonly string[] = []) => ({ key, tags, load: (atLeast?: number) => source.load(key, atLeast) });

it('documents its times', () => {
  expect(standardCacheTimes).toEqual({
    lifeMillis: 3_600_000,
    absentLifeMillis: 30_000,
    memoryLifeMillis: 300_000,
    graceMillis: 600_000,
    redisTimeoutMillis: 100,
    retryMillis: 1_000,
    heartbeatMillis: 1_000,
    unheardMillis: 5_000,
    markerMillis: 4_260_000,
  });
  expect(standardCacheTimes.markerMillis).toBeGreaterThan(standardCacheTimes.lifeMillis + standardCacheTimes.graceMillis);
  expect([MEMORY_BYTES, MEMORY_ENTRIES, FAILURES_TO_OPEN]).toEqual([16_777_216, 20_000, 5]);
});

it.each([0, '', false, null])('keeps %j, and that there is nothing, as answers', async (stored) => {
  const { cache, metrics } = openCache();
  source.write('key', stored);
  expect((await cache.get(lookUp('key'))).content).toEqual(value(stored));
  expect((await cache.get(lookUp('none'))).content).toEqual(absent);
  expect(cache.get(lookUp('key'))).toMatchObject({ content: value(stored) });
  expect(cache.get(lookUp('none'))).toMatchObject({ content: absent });
  expect(source.loads).toBe(2);
  expect([metrics.hits.memory, metrics.misses.memory]).toEqual([2, 2]);
});

it('keeps an entry for its life, shortened at random, and not longer than memory may', async () => {
  const time = new Clock();
  const { cache } = openCache({ now: time.now, random: () => 1, times: { lifeMillis: 100_000, memoryLifeMillis: 1_000_000 } });
  source.write('key', 1);
  expect(await cache.get(lookUp('key'))).toMatchObject({ freshUntil: time.millis + 90_000 });
  await time.pass(90_000);
  await cache.get(lookUp('key'));
  expect(source.loads).toBe(1);
  await time.pass(1);
  await cache.get(lookUp('key'));
  expect(source.loads).toBe(2);
  const short = openCache({ now: time.now, random: () => 0, times: { lifeMillis: 100_000, memoryLifeMillis: 10_000 } }).cache;
  await short.get(lookUp('key'));
  await time.pass(10_000);
  await short.get(lookUp('key'));
  expect(source.loads).toBe(3);
  await time.pass(1);
  await short.get(lookUp('key'));
  expect(source.loads).toBe(4);
});

it('keeps for a shorter time that there is nothing', async () => {
  const time = new Clock();
  const { cache } = openCache({ now: time.now, random: () => 0, times: { lifeMillis: 100_000, absentLifeMillis: 1_000 } });
  await cache.get(lookUp('none'));
  await time.pass(1_001);
  await cache.get(lookUp('none'));
  expect(source.loads).toBe(2);
});

it('loads a key once for all who ask at once; an error reaches all, and the next call tries again', async () => {
  const { cache } = openCache();
  source.write('key', 1);
  const entries = await Promise.all(Array.from({ length: 1_000 }, () => cache.get(lookUp('key'))));
  expect(source.loads).toBe(1);
  expect(new Set(entries.map(({ content }) => content)).size).toBe(1);
  source.down = true;
  const results = await Promise.allSettled(Array.from({ length: 1_000 }, () => cache.get(lookUp('other'))));
  expect(source.loads).toBe(2);
  expect(results.every((result) => result.status === 'rejected' && result.reason instanceof SourceDownError)).toBe(true);
  source.down = false;
  expect((await cache.get(lookUp('other'))).content).toEqual(absent);
});

it('serves what is past its life while the source is unavailable, for its grace; other errors are errors', async () => {
  const time = new Clock();
  const { cache } = openCache({ now: time.now, random: () => 0, times: { lifeMillis: 1_000, graceMillis: 5_000 } });
  source.write('key', 1);
  await cache.get(lookUp('key'));
  await time.pass(5_999);
  source.down = true;
  expect((await cache.get(lookUp('key'))).content).toEqual(value(1));
  expect(cache.status.staleAnswers).toBe(1);
  await expect(cache.get({ ...lookUp('key'), load: () => Promise.reject(new TypeError('a bug')) })).rejects.toThrow(TypeError);
  await time.pass(1);
  await expect(cache.get(lookUp('key'))).rejects.toThrow(SourceDownError);
});

it('serves nothing that it knows to be old, unavailable or not', async () => {
  const time = new Clock();
  const { cache } = openCache({ now: time.now, times: { lifeMillis: 1_000 } });
  source.write('key', 1);
  await cache.get(lookUp('key', ['tag']));
  await cache.get(lookUp('other', ['tag']));
  source.down = true;
  await cache.invalidate({ keys: ['key'], tags: [], position: source.write('key', 2) });
  await expect(cache.get(lookUp('key', ['tag']))).rejects.toThrow(SourceDownError);
  expect((await cache.get(lookUp('other', ['tag']))).content).toEqual(absent);
  await cache.invalidate({ keys: [], tags: ['tag'], position: source.write('key', 3) });
  await expect(cache.get(lookUp('other', ['tag']))).rejects.toThrow(SourceDownError);
});

it('asks for the position that a client has written, and answers older entries to nobody who needs it', async () => {
  const { cache } = openCache();
  source.write('key', 1);
  await cache.get(lookUp('key'));
  source.replayed = 11;
  const position = source.write('elsewhere', 1);
  expect((await cache.get(lookUp('key'))).seen).toBe(11);
  expect((await cache.get({ ...lookUp('key'), atLeast: position })).seen).toBe(position);
  expect(source.loads).toBe(2);
  expect(cache.get({ ...lookUp('key'), atLeast: position })).toMatchObject({ seen: position });
});

it('does not join a load that may give what is too old', async () => {
  const { cache } = openCache();
  source.write('key', 1);
  let finish: () => void = () => undefined;
  const paused = new Promise<void>((resolve) => (finish = resolve));
  const before = cache.get({ ...lookUp('key'), load: (atLeast) => source.load('key', atLeast, () => paused) });
  await until(() => source.loads === 1);
  const position = source.write('key', 2);
  await cache.invalidate({ keys: ['key'], tags: [], position });
  const after = cache.get(lookUp('key'));
  finish();
  expect((await before).content).toEqual(value(1));
  expect((await after).content).toEqual(value(2));
  expect((await cache.get(lookUp('key'))).content).toEqual(value(2));
  expect(source.loads).toBe(2);
});

it('loads nothing for those whose deadline has passed', async () => {
  const { cache } = openCache();
  source.replayed = 1;
  let millis = 0;
  const deadline = Deadline.after(100, () => millis);
  let finish: () => void = () => undefined;
  const paused = new Promise<void>((resolve) => (finish = resolve));
  const first = cache.get({ ...lookUp('key'), deadline, load: () => source.load('key', undefined, () => paused) });
  // Each of them needs what no load gives, and would ask anew.
  const careless = { ...lookUp('key'), atLeast: UNREACHED_POSITION, load: () => source.load('key', undefined) };
  const others = Promise.allSettled([1, 2, 3].map(() => cache.get({ ...careless, deadline })));
  const patient = cache.get(careless);
  await until(() => source.loads === 1);
  millis += 100;
  finish();
  expect((await first).content).toEqual(absent);
  for (const result of await others) expect(result).toMatchObject({ status: 'rejected', reason: expect.any(DeadlinePassedError) });
  expect((await patient).seen).toBe(1);
  expect(source.loads).toBe(2);
});

it('loads for those who wait yet what the first to ask no longer does', async () => {
  const { cache } = openCache();
  let millis = 0;
  const first = Promise.resolve(cache.get({ ...lookUp('key'), deadline: Deadline.after(100, () => millis) }));
  millis += 100;
  const second = cache.get(lookUp('key'));
  await expect(first).rejects.toThrow(DeadlinePassedError);
  expect((await second).content).toEqual(absent);
  expect(source.loads).toBe(1);
});

it('refuses a made-up position to its sender alone: who joined that load has its answer', async () => {
  const { cache } = openCache();
  source.write('key', 1);
  const madeUp = [1_000, 2_000].map((atLeast) => cache.get({ ...lookUp('key'), atLeast }));
  const others = Array.from({ length: 10 }, () => cache.get(lookUp('key')));
  for (const { content, seen } of await Promise.all(others)) expect([content, seen]).toEqual([value(1), source.written]);
  const results = await Promise.allSettled(madeUp);
  expect(results.map((result) => result.status === 'rejected' && result.reason)).toMatchObject([{ status: 400, position: 1_000 }, { status: 400, position: 2_000 }]);
  // What it loaded is as good as any other.
  expect(cache.get(lookUp('key'))).toMatchObject({ content: value(1) });
});

it('fails a load that the primary alone may answer for its caller, not for those who joined it', async () => {
  const { cache } = openCache();
  source.write('key', 1);
  const load = (atLeast?: number) => (atLeast === undefined ? source.load('key', atLeast) : Promise.reject(new SourceDownError('no primary')));
  const late = Promise.resolve(cache.get({ ...lookUp('key'), atLeast: source.written, load })).catch((error: unknown) => error);
  const others = await Promise.all(Array.from({ length: 10 }, () => cache.get({ ...lookUp('key'), load })));
  for (const { content } of others) expect(content).toEqual(value(1));
  expect(await late).toBeInstanceOf(SourceDownError);
  // Once, for all of them.
  expect(source.loads).toBe(1);
});

it('refuses stale entries to who needs a later position, not to who joined that one', async () => {
  const time = new Clock();
  const { cache } = openCache({ now: time.now, times: { lifeMillis: 1_000 } });
  source.write('key', 1);
  await cache.get(lookUp('key'));
  await time.pass(1_000);
  source.down = true;
  const later = Promise.resolve(cache.get({ ...lookUp('key'), atLeast: source.write('elsewhere', 1) })).catch((error: unknown) => error);
  expect((await cache.get(lookUp('key'))).content).toEqual(value(1));
  expect(await later).toBeInstanceOf(SourceDownError);
});

it('serves what there is when a write that was heard of has been lost with its primary', async () => {
  const { cache } = openCache();
  source.write('key', 1);
  await cache.invalidate({ keys: ['key'], tags: ['tag'], position: source.written + 1_000 });
  for (const tags of [[], ['tag']]) expect((await cache.get(lookUp('key', tags))).content).toEqual(value(1));
  // The twin: whoever says that the write was its own hears that it is not there.
  await expect(cache.get({ ...lookUp('other'), atLeast: source.written + 1_000 })).rejects.toMatchObject({ status: 400 });
  const { loads } = source;
  await cache.get(lookUp('key'));
  expect(source.loads).toBe(loads);
  await cache.invalidate({ keys: ['key'], tags: [], position: source.write('key', 2) });
  expect((await cache.get(lookUp('key'))).content).toEqual(value(2));
});

it('reads from a server that has replayed the write, and keeps nothing from one that has not', async () => {
  const { cache } = openCache();
  source.write('key', 1);
  source.replayed = 11;
  const position = source.write('key', 2);
  await cache.invalidate({ keys: ['key'], tags: [], position });
  expect((await cache.get(lookUp('key'))).content).toEqual(value(2));
  await cache.invalidate({ keys: ['key'], tags: [], position });
  const careless = { ...lookUp('key'), load: () => source.load('key', undefined) };
  expect((await cache.get(careless)).content).toEqual(value(1));
  expect((await cache.get(lookUp('key'))).content).toEqual(value(2));
});

it('knows of a write for as long as an entry from before it could live, however long a replica lacks it', async () => {
  const time = new Clock();
  const { cache } = openCache({ now: time.now });
  source.write('key', 1);
  source.replayed = 11;
  await cache.invalidate({ keys: ['key'], tags: [], position: source.write('key', 2) });
  await time.pass(standardCacheTimes.lifeMillis + standardCacheTimes.graceMillis);
  expect((await cache.get(lookUp('key'))).content).toEqual(value(2));
});

it('bounds its memory in bytes', async () => {
  const { cache } = openCache({ memoryBytes: 10_000 });
  for (let index = 0; index < 100; index += 1) {
    source.write(String(index), 'x'.repeat(100));
    await cache.get(lookUp(String(index)));
  }
  expect(cache.status.bytes).toBeLessThanOrEqual(10_000);
  expect(cache.status.entries).toBeGreaterThan(10);
  expect((await cache.get(lookUp('large'))).content).toEqual(absent);
});
