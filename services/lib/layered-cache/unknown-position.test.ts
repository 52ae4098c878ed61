import { redisIsInstalled, RedisServer, testWithRedis } from '../testing/redis';
import { until } from '../testing/service-process';
import { UNREACHED_POSITION } from '../wal-position';
import { EVERYTHING } from './redis-layer';
import { openCache, Source } from './testing';

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

async function open() {
  const { cache } = openCache({ redisUrl: new URL(server.url), times: { redisTimeoutMillis: 5_000 } });
  caches.push(cache);
  await until(() => cache.status.redis?.isLive === true);
  // The connection for commands may be later than the one for messages.
  await until(async () => {
    await cache.invalidate({ keys: ['first'], tags: [], position: 0 });
    return (await marker('key:first')) !== undefined;
  });
  return cache;
}

const marker = (name: string) => server.command(async (redis) => (await redis.get(`cache:test-service:1:${name}`)) ?? undefined);
const filled = (name: string) => until(async () => (await server.command((redis) => redis.exists(`cache:test-service:1:entry:${name}`))) === 1);
const lookUp = (key: string, tags: readonly string[] = []) => ({ key, tags, load: (atLeast?: number) => source.load(key, atLeast) });
const value = (stored: unknown) => ({ kind: 'value', value: stored });

describe('a write whose position is not known', () => {
  it('asks once for what has every write, and then knows a position', async () => {
    const { cache } = openCache();
    for (const invalidation of [{ keys: ['key'], tags: [] }, { keys: [], tags: ['tag'] }, { keys: [], tags: [EVERYTHING] }]) {
      source.write('key', 1);
      await cache.get(lookUp('key', ['tag']));
      const { loads, written } = source;
      source.replayed = written;
      source.write('key', 2);
      await cache.invalidate({ ...invalidation, position: UNREACHED_POSITION });
      for (let read = 0; read < 10; read += 1) expect((await cache.get(lookUp('key', ['tag']))).content).toEqual(value(2));
      expect(source.loads).toBe(loads + 1);
      // The twin: whatever a replica has would be the value from before.
      expect((await source.load('key', undefined)).content).toEqual(value(1));
    }
  });

  it('is not known by a load that began before it', async () => {
    const { cache } = openCache();
    source.write('key', 1);
    await cache.invalidate({ keys: ['key'], tags: [], position: UNREACHED_POSITION });
    let finish: () => void = () => undefined;
    const paused = new Promise<void>((resolve) => (finish = resolve));
    const before = cache.get({ ...lookUp('key'), load: (atLeast) => source.load('key', atLeast, () => paused) });
    await until(() => source.loads === 1);
    source.replayed = source.written;
    source.write('key', 2);
    await cache.invalidate({ keys: ['key'], tags: [], position: UNREACHED_POSITION });
    finish();
    expect((await before).content).toEqual(value(1));
    expect((await cache.get(lookUp('key'))).content).toEqual(value(2));
  });

  testWithRedis('leaves a marker that the first load replaces, whichever process loads, and however often the key is written', async () => {
    const [writer, reader] = [await open(), await open()];
    source.write('key', 1);
    source.replayed = source.written;
    source.write('key', 2);
    await writer.invalidate({ keys: ['key'], tags: ['tag'], position: UNREACHED_POSITION });
    await writer.invalidate({ keys: ['key'], tags: [], position: source.write('key', 3) });
    expect(await marker('key:key')).toMatch(/^9007199254740991 /);
    await until(() => reader.status.invalidations.heard >= 2);
    expect((await reader.get(lookUp('key', ['tag']))).content).toEqual(value(3));
    await filled('key');
    for (const name of ['key:key', 'tag:tag']) expect(await marker(name)).toMatch(new RegExp(`^${source.written} `));
    expect(await server.command((redis) => redis.pttl('cache:test-service:1:key:key'))).toBeGreaterThan(0);
    const { loads } = source;
    for (let read = 0; read < 10; read += 1) await reader.get(lookUp('key', ['tag']));
    expect(source.loads).toBe(loads);
    // A process that starts now has it from Redis.
    expect((await (await open()).get(lookUp('key', ['tag']))).content).toEqual(value(3));
    expect(source.loads).toBe(loads);
  });

  testWithRedis('of another process is not known by a load that began before it', async () => {
    const cache = await open();
    source.write('key', 1);
    await cache.invalidate({ keys: ['key'], tags: [], position: UNREACHED_POSITION });
    let finish: () => void = () => undefined;
    const paused = new Promise<void>((resolve) => (finish = resolve));
    const before = cache.get({ ...lookUp('key'), load: (atLeast) => source.load('key', atLeast, () => paused) });
    await until(() => source.loads === 1);
    source.replayed = source.written;
    source.write('key', 2);
    // As another process would, whose message is under way.
    await server.command((redis) => redis.set('cache:test-service:1:key:key', `${UNREACHED_POSITION} other`));
    finish();
    expect((await before).content).toEqual(value(1));
    await until(() => cache.status.entries === 0);
    expect(await marker('key:key')).toBe(`${UNREACHED_POSITION} other`);
    expect((await cache.get(lookUp('key'))).content).toEqual(value(2));
  });
});
