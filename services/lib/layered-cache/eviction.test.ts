import { redisIsInstalled, RedisServer, testWithRedis } from '../testing/redis';
import { until } from '../testing/service-process';
import { openCache, Source } from './testing';

let server: RedisServer;
beforeAll(async () => {
  if (redisIsInstalled()) server = await RedisServer.start();
});
afterAll(async () => {
  if (redisIsInstalled()) await server.stop();
});

const INVALIDATED = Array.from({ length: 200 }, (_, index) => `asset-${index}`);
const FILLED = 6_000;

/** How many keys a new process answers as they were before a write, once Redis was filled several times over by others. */
async function oldAnswersUnder(policy: string): Promise<number> {
  await server.command((redis) => redis.pipeline().flushall().config('SET', 'maxmemory', '3mb').config('SET', 'maxmemory-policy', policy).config('RESETSTAT').exec());
  const options = { redisUrl: new URL(server.url), times: { redisTimeoutMillis: 30_000 } };
  const source = new Source();
  const opened: ReturnType<typeof openCache>['cache'][] = [];
  const open = async () => {
    const { cache } = openCache(options);
    opened.push(cache);
    await until(() => cache.status.redis?.isLive === true);
    return cache;
  };
  try {
    const writer = await open();
    for (const key of INVALIDATED) source.write(key, 'old');
    source.replayed = source.written;
    for (const key of INVALIDATED) await writer.invalidate({ keys: [key], tags: [], position: source.write(key, 'new') });
    const { written } = source;
    for (let from = 0; from < FILLED; from += 100) {
      const load = () => Promise.resolve({ content: { kind: 'value' as const, value: 'x'.repeat(2_000) }, seen: written });
      await Promise.all(Array.from({ length: 100 }, (_, index) => writer.get({ key: `other-${from + index}`, tags: [], load })));
    }
    await until(async () => (await server.command((redis) => redis.dbsize())) < FILLED);
    const reader = await open();
    const entries = await Promise.all(INVALIDATED.map((key) => reader.get({ key, tags: [], load: (atLeast) => source.load(key, atLeast) })));
    return entries.filter(({ content }) => content.kind === 'value' && content.value === 'old').length;
  } finally {
    for (const cache of opened) cache.close();
  }
}

testWithRedis('a full Redis that evicts what ends first keeps every marker: nothing old comes back', async () => {
  expect(await oldAnswersUnder('volatile-ttl')).toBe(0);
  // The twin, what most caches are set to.
  expect(await oldAnswersUnder('allkeys-lfu')).toBeGreaterThan(0);
});
