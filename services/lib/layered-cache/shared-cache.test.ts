import { CircuitState } from 'cockatiel';
import { redisIsInstalled, RedisServer, testWithRedis } from '../testing/redis';
import { until } from '../testing/service-process';
import { JOURNAL_LIMIT } from './journal';
import { EVERYTHING } from './redis-layer';
import type { CacheTimes } from './settings';
import { Clock, openCache, Source, SourceDownError } from './testing';

const absent = { kind: 'absent' };
const value = (stored: unknown) => ({ kind: 'value', value: stored });

let server: RedisServer;
let source: Source;
let caches: ReturnType<typeof openCache>['cache'][];

beforeAll(async () => {
  if (redisIsInstalled()) server = await RedisServer.start();
});
afterAll(async () => {
  if (redisIsInstalled()) await server.stop();
});
beforeEach(async () => {
  source = new Source();
  caches = [];
  if (redisIsInstalled()) await server.command((redis) => redis.flushall());
});
afterEach(() => Promise.all(caches.map((cache) => cache.close())));

/** A process's cache, connected. Times are short, but a loaded machine must not make Redis look dead. */
async function open(times: Partial<CacheTimes> = {}, options: Parameters<typeof openCache>[0] = {}) {
  const opened = openCache({ redisUrl: new URL(server.url), times: { redisTimeoutMillis: 5_000, retryMillis: 50, heartbeatMillis: 50, ...times }, random: () => 0, ...options });
  caches.push(opened.cache);
  await until(() => opened.cache.status.redis?.isLive === true);
  // The connection for commands may be later than the one for messages.
  let index = 0;
  await until(async () => {
    index += 1;
    await opened.cache.get({ key: `first-${index}`, tags: [], load: () => Promise.resolve({ content: { kind: 'absent' }, seen: 0 }) });
    return opened.metrics.misses.redis > 0;
  });
  for (const counts of [opened.metrics.hits, opened.metrics.misses]) Object.assign(counts, { memory: 0, redis: 0 });
  return opened;
}

const lookUp = (key: string, tags: readonly string[] = []) => ({ key, tags, load: (atLeast?: number) => source.load(key, atLeast) });
const keys = async () => (await server.command((redis) => redis.keys('*:entry:*'))).filter((key) => !key.includes(':first-'));

describe('two processes with one Redis', () => {
  testWithRedis('share what one has loaded, for what is left of its life', async () => {
    const one = await open();
    const other = await open();
    for (const [index, stored] of [0, '', false, null].entries()) {
      source.write(String(index), stored);
      const entry = await one.cache.get(lookUp(String(index)));
      await until(async () => (await keys()).length === index + 1);
      const shared = await other.cache.get(lookUp(String(index)));
      expect(shared.content).toEqual(value(stored));
      // Memory keeps both for its own 300 s; the times of the source's entry are those of Redis.
      expect(shared.staleUntil).toBe(entry.staleUntil);
    }
    expect((await one.cache.get(lookUp('none'))).content).toEqual(absent);
    await until(async () => (await keys()).length === 5);
    expect((await other.cache.get(lookUp('none'))).content).toEqual(absent);
    expect(source.loads).toBe(5);
    expect([other.metrics.hits.redis, other.metrics.misses.redis]).toEqual([5, 0]);
    expect([one.metrics.hits.redis, one.metrics.misses.redis]).toEqual([0, 5]);
  });

  testWithRedis('fill memory with what is left', async () => {
    const time = new Clock();
    const settings = [{ lifeMillis: 100_000 }, { now: time.now }] as const;
    const one = await open(...settings);
    const other = await open(...settings);
    const { freshUntil } = await one.cache.get(lookUp('key'.repeat(2)));
    expect(freshUntil).toBe(time.millis + 30_000);
    await until(async () => (await keys()).length === 1);
    await time.pass(29_999);
    expect((await other.cache.get(lookUp('keykey'))).freshUntil).toBe(freshUntil);
    expect(source.loads).toBe(1);
    await time.pass(2);
    await other.cache.get(lookUp('keykey'));
    expect(source.loads).toBe(2);
  });

  testWithRedis('clear each other’s memory, by key, by tag, and whole', async () => {
    const one = await open();
    const other = await open();
    const get = async (cache: typeof one.cache) => (await cache.get(lookUp('key', ['tag']))).content;
    const invalidations = [(position: number) => ({ keys: ['key'], tags: [], position }), (position: number) => ({ keys: [], tags: ['tag'], position }), (position: number) => ({ keys: [], tags: [EVERYTHING], position })];
    for (const [index, invalidation] of invalidations.entries()) {
      const position = source.write('key', index);
      await one.cache.invalidate(invalidation(position));
      await until(() => other.cache.status.invalidations.heard === index + 1);
      for (const { cache } of [one, other]) expect(await get(cache)).toEqual(value(index));
    }
    expect(one.cache.status.invalidations).toEqual({ own: 3, heard: 0 });
  });

  testWithRedis('do not keep what was invalidated elsewhere before the message has come', async () => {
    const one = await open();
    const other = await open();
    source.write('key', 1);
    let finish: () => void = () => undefined;
    const paused = new Promise<void>((resolve) => (finish = resolve));
    const before = one.cache.get({ ...lookUp('key'), load: (atLeast) => source.load('key', atLeast, () => paused) });
    await until(() => source.loads === 1);
    // A process that publishes nothing, as if the message were still under way.
    await server.command((redis) => redis.set(`cache:test-service:1:key:key`, '21 token'));
    source.write('key', 2);
    finish();
    expect((await before).content).toEqual(value(1));
    await until(async () => (await one.cache.get(lookUp('key'))).content.kind === 'value' && source.loads === 2);
    expect((await one.cache.get(lookUp('key'))).content).toEqual(value(2));
    await until(async () => (await keys()).length === 1);
    expect((await other.cache.get(lookUp('key'))).content).toEqual(value(2));
  });

  testWithRedis('never read what another version wrote, nor what is broken', async () => {
    const one = await open();
    await server.command((redis) => redis.mset({ 'cache:test-service:1:entry:key': '{', 'cache:test-service:1:entry:shape': '[9e15,9e15,1,{}]', 'cache:test-service:2:entry:next': '[9e15,9e15,1,"x"]' }));
    for (const key of ['key', 'shape', 'next']) expect((await one.cache.get(lookUp(key))).content).toEqual(absent);
    expect(source.loads).toBe(3);
  });
});

describe('a Redis that fails', () => {
  testWithRedis('killed: the source answers, memory is cleared, and all is well again when it is back', async () => {
    const { cache } = await open();
    source.write('key', 1);
    await cache.get(lookUp('key'));
    await server.kill();
    await until(() => cache.status.redis?.isLive === false);
    let index = 0;
    await until(async () => {
      index += 1;
      expect((await cache.get(lookUp(`other-${index}`))).content).toEqual(absent);
      return cache.status.redis?.breakerState === CircuitState.Open;
    });
    expect(cache.status.redis?.errors).toBeGreaterThanOrEqual(5);
    let finish: () => void = () => undefined;
    const paused = new Promise<void>((resolve) => (finish = resolve));
    const loading = cache.get({ ...lookUp('under way'), load: (atLeast) => source.load('under way', atLeast, () => paused) });
    await server.restart();
    await until(() => cache.status.redis?.isLive === true && cache.status.redis.breakerState === CircuitState.Closed);
    expect(cache.status.entries).toBe(0);
    // What was being read may have been invalidated while nobody heard.
    finish();
    expect((await loading).content).toEqual(absent);
    expect(cache.status.entries).toBe(0);
    await cache.get(lookUp('key'));
    await until(async () => (await keys()).length === 1);
  });

  testWithRedis('hung: calls are given up in time, connections dropped, and what it missed is told afterwards', async () => {
    const one = await open({ redisTimeoutMillis: 250 });
    const other = await open({ redisTimeoutMillis: 250 });
    source.write('key', 1);
    await one.cache.get(lookUp('key'));
    await until(async () => (await keys()).length === 1);
    server.hang();
    try {
      await one.cache.invalidate({ keys: ['key'], tags: [], position: source.write('key', 2) });
      expect((await one.cache.get(lookUp('key'))).content).toEqual(value(2));
      await until(() => one.cache.status.redis?.isLive === false && one.cache.status.redis.breakerState === CircuitState.Open);
    } finally {
      server.resume();
    }
    await until(() => one.cache.status.redis?.isLive === true && one.cache.status.redis.breakerState === CircuitState.Closed);
    await until(async () => (await server.command((redis) => redis.get('cache:test-service:1:key:key')))?.startsWith('21 ') === true);
    await until(() => other.cache.status.redis?.isLive === true);
    expect((await other.cache.get(lookUp('key'))).content).toEqual(value(2));
  });

  testWithRedis('lost for longer than it may be unheard: memory is served no more, and keeps no longer than that', async () => {
    const time = new Clock();
    const { cache } = await open({ unheardMillis: 100 }, { now: time.now });
    source.write('key', 1);
    const entry = await cache.get(lookUp('key'));
    expect([cache.vouchesFor(entry), cache.vouchesFor({ ...entry, freshUntil: time.millis })]).toEqual([true, false]);
    // A proof is as old as the heartbeat allows, and no answer to a later one has come.
    await until(async () => (await time.pass(74), cache.vouchesFor({ ...entry, freshUntil: time.millis + 1 })) === false);
    await until(() => cache.vouchesFor({ ...entry, freshUntil: time.millis + 1 }));
    await server.kill();
    try {
      await until(() => cache.status.entries === 0);
      expect(cache.vouchesFor(entry)).toBe(false);
      await cache.get(lookUp('key'));
      await time.pass(100);
      await cache.get(lookUp('key'));
      expect(source.loads).toBe(2);
      await time.pass(1);
      await cache.get(lookUp('key'));
      expect(source.loads).toBe(3);
    } finally {
      await server.restart();
    }
  });

  testWithRedis('read-only: the connection is made anew', async () => {
    const { cache } = await open();
    const connection = () => server.command(async (redis) => /id=(\d+) [^\n]*name=test-service /.exec(String(await redis.client('LIST')))?.[1]);
    const before = await connection();
    await server.command((redis) => redis.replicaof('127.0.0.1', 1));
    source.write('key', 1);
    expect((await cache.get(lookUp('key'))).content).toEqual(value(1));
    await until(async () => ![before, undefined].includes(await connection()));
    await server.command((redis) => redis.replicaof('NO', 'ONE'));
    await until(async () => {
      await cache.invalidate({ keys: ['key'], tags: [], position: source.write('key', 2) });
      await cache.get(lookUp('key'));
      return (await keys()).length === 1;
    });
  });

  testWithRedis('and a source that fails with it: an error is an error', async () => {
    const { cache } = await open({ redisTimeoutMillis: 50 });
    server.hang();
    source.down = true;
    try {
      await expect(cache.get(lookUp('key'))).rejects.toThrow(SourceDownError);
    } finally {
      server.resume();
    }
  });

  testWithRedis('while more is invalidated than is remembered: everything is old afterwards', async () => {
    const one = await open();
    source.write('key', 1);
    await one.cache.get(lookUp('key'));
    await until(async () => (await keys()).length === 1);
    await server.kill();
    await until(() => one.cache.status.redis?.isLive === false);
    for (let index = 0; index <= JOURNAL_LIMIT; index += 1) await one.cache.invalidate({ keys: [String(index)], tags: [], position: 50 });
    await server.restart();
    await until(async () => (await server.command((redis) => redis.get('cache:test-service:1:tag:')))?.startsWith('50 ') === true);
  });
});
