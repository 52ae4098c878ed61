import pino from 'pino';
import { Deadline } from '../lib/deadline';
import { openCacheOf } from '../lib/layered-cache/testing';
import type { ReadOptions } from '../lib/read-write-pool';
import { until } from '../lib/testing/service-process';
import { UNREACHED_POSITION } from '../lib/wal-position';
import { AssetCache, isCachedAnswer, pathOf, sizeOfAnswer } from './asset-cache';
import { DOUBT_LIMIT } from './doubts';

class DoubtError extends Error {
  override readonly name = 'DoubtError';
}

/** A store whose lists are as they were at its position. */
function open() {
  const source = { position: 10, loads: 0, asked: [] as (number | undefined)[], primary: Promise.resolve() };
  const purged: string[] = [];
  const store = {
    position: async () => {
      await source.primary;
      return source.position;
    },
    find: () => Promise.resolve({ asset: undefined, seen: source.position }),
    list: (_page: unknown, { atLeast }: ReadOptions) => {
      source.loads += 1;
      source.asked.push(atLeast);
      return Promise.resolve({ assets: [], seen: source.position });
    },
  };
  const { cache: layers } = openCacheOf({ sizeOf: sizeOfAnswer, isValue: isCachedAnswer });
  const cache = new AssetCache({
    store,
    cache: layers,
    cdn: { purge: (paths) => void purged.push(...paths) },
    leavesDoubt: (error) => error instanceof DoubtError,
    logger: pino({ level: 'silent' }),
    wait: () => new Promise<never>(() => undefined),
  });
  const list = (atLeast?: number) => cache.list({ prefix: '', after: '', limit: 1 }, { deadline: Deadline.after(60_000), ...(atLeast !== undefined && { atLeast }) });
  return { source, purged, layers, cache, list };
}

it('names no path that a CDN takes for many', () => {
  expect([pathOf('*'), pathOf('a*/b*')]).toEqual(['/api/web4/assets/%2A', '/api/web4/assets/a%2A%2Fb%2A']);
});

it('makes old what a write has changed, or may have, and nothing else', async () => {
  const { source, purged, layers, cache, list } = open();
  await list();
  await cache.write('id', () => Promise.resolve({ value: false, changed: false, position: 20 }));
  await list();
  await expect(cache.write('id', () => Promise.reject(new TypeError('a bug')))).rejects.toThrow(TypeError);
  expect([purged, layers.status.invalidations.own, source.loads]).toEqual([[], 0, 1]);
  await expect(cache.write('id', () => Promise.reject(new DoubtError('lost')))).rejects.toThrow(DoubtError);
  // At once, and when the primary has said where it is.
  await until(() => layers.status.invalidations.own === 2);
  source.position = 20;
  await cache.write('id', () => Promise.resolve({ value: true, changed: true, position: 20 }));
  await list();
  expect([purged, layers.status.invalidations.own, source.loads]).toEqual([[pathOf('id'), pathOf('id'), pathOf('id')], 3, 2]);
});

it('believes the source, and not the client, about what an answer has seen', async () => {
  const { source, cache, list } = open();
  const [before, after] = await Promise.all([list(), list(20)]);
  expect([before.seen, after.seen, source.loads]).toEqual([10, 10, 2]);
  // A position that nobody has reached makes no entry that outlives writes.
  expect((await list(1_000_000)).seen).toBe(10);
  source.position = 20;
  await cache.write('id', () => Promise.resolve({ value: true, changed: true, position: 20 }));
  expect((await list()).seen).toBe(20);
});

it('asks where the primary is when a write did not say, once', async () => {
  const { source, cache, list } = open();
  await list();
  source.position = 20;
  await cache.write('id', () => Promise.resolve({ value: true, changed: true, position: UNREACHED_POSITION }));
  for (let read = 0; read < 3; read += 1) expect((await list()).seen).toBe(20);
  expect(source.asked).toEqual([undefined, 20]);
});

it('makes everything old when more is in doubt than is remembered', async () => {
  const { source, layers, cache } = open();
  let answer: () => void = () => undefined;
  source.primary = new Promise<void>((resolve) => (answer = resolve));
  const find = () => cache.find('other', { deadline: Deadline.after(60_000) });
  await find();
  const doubt = (count: number) => Promise.allSettled(Array.from({ length: count }, (_, index) => cache.write(String(index), () => Promise.reject(new DoubtError('lost')))));
  await doubt(DOUBT_LIMIT);
  // Its twin: what is remembered is no reason.
  expect(find()).not.toBeInstanceOf(Promise);
  await doubt(DOUBT_LIMIT + 1);
  const { own } = layers.status.invalidations;
  answer();
  source.position = 20;
  await until(() => layers.status.invalidations.own === own + 1);
  expect((await find()).seen).toBe(20);
});
