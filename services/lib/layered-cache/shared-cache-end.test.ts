import { CircuitState } from 'cockatiel';
import pino from 'pino';
import { redisIsInstalled, RedisServer, testWithRedis } from '../testing/redis';
import { until } from '../testing/service-process';
import { FAILURES_TO_OPEN } from './layer-guard';
import type { CacheTimes } from './settings';
import { openCache } from './testing';

let server: RedisServer;
beforeAll(async () => {
  if (redisIsInstalled()) server = await RedisServer.start();
});
afterAll(async () => {
  if (redisIsInstalled()) await server.stop();
});

/** A process's cache, connected, and the errors that it logs. It tries nothing again by itself. */
async function open(times: Partial<CacheTimes> = {}) {
  const errors: unknown[] = [];
  const logger = pino({ level: 'error', base: null, timestamp: false }, { write: (line: string) => void errors.push(JSON.parse(line)) });
  const { cache } = openCache({ redisUrl: new URL(server.url), logger, times: { redisTimeoutMillis: 5_000, retryMillis: 3_600_000, ...times } });
  await until(() => cache.status.redis?.isLive === true);
  await until(async () => {
    await cache.invalidate({ keys: ['first'], tags: [], position: 1 });
    return (await marker('first')) !== null;
  });
  return { cache, errors };
}

const marker = (key: string) => server.command((redis) => redis.get(`cache:test-service:1:key:${key}`));
const invalidation = (index: number) => ({ keys: [`key-${index}`], tags: ['tag'], position: 20 });

describe('a process that ends', () => {
  testWithRedis('tells a Redis that is back what it has missed, open breaker or not', async () => {
    const { cache, errors } = await open();
    await server.kill();
    await until(() => cache.status.redis?.isLive === false);
    for (let index = 0; index < FAILURES_TO_OPEN; index += 1) await cache.invalidate(invalidation(index));
    expect(cache.status.redis?.breakerState).toBe(CircuitState.Open);
    await server.restart();
    await cache.close();
    for (let index = 0; index < FAILURES_TO_OPEN; index += 1) expect(await marker(`key-${index}`)).toMatch(/^20 /);
    expect(errors).toEqual([]);
  });

  testWithRedis('says how much a Redis that does not answer was not told, and waits no longer than a call takes', async () => {
    const { cache, errors } = await open({ redisTimeoutMillis: 200 });
    server.hang();
    try {
      await Promise.all([1, 2, 3].map((index) => cache.invalidate(invalidation(index))));
      await cache.close();
    } finally {
      server.resume();
    }
    expect(errors).toEqual([{ level: 50, keys: 3, tags: 1, msg: 'Redis could not be told what is old; it may be served until its life there ends' }]);
  });

  testWithRedis('says nothing when Redis has it all', async () => {
    const { cache, errors } = await open();
    await cache.invalidate(invalidation(1));
    await cache.close();
    expect(errors).toEqual([]);
  });
});
