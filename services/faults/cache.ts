import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCache, Source } from '../lib/layered-cache/testing';
import type { RedisServer } from '../lib/testing/redis';
import { until, type ServiceProcess } from '../lib/testing/service-process';
import { TcpProxy } from '../lib/testing/tcp-proxy';
import { assetPath, put, startAssets } from './assets';
import { stampede } from './cache-stampede';
import type { Check, Fault, Scale } from './fault';
import { metricSum } from './process-metrics';
import { Setting } from './setting';

const FALSY = [0, '', false, null] as const;
/** Those, and one that has no value. */
const FALSY_KEYS = ['0', '1', '2', '3', '4'] as const;

/** A cache of a process of its own, which Redis answers. */
async function openFalsy(setting: Setting, { url }: RedisServer) {
  // A slow machine is not to turn a hit into a load.
  const opened = openCache({ redisUrl: new URL(url), service: 'falsy', times: { redisTimeoutMillis: 30_000 } });
  const { cache, metrics } = opened;
  setting.with({ stop: () => cache.close() });
  await until(() => cache.status.redis?.isLive === true);
  await until(async () => {
    await cache.get({ key: randomUUID(), tags: [], load: () => Promise.resolve({ content: { kind: 'absent' }, seen: 0 }) });
    return metrics.misses.redis > 0;
  });
  return opened;
}

/** Both caches read again and again what is easily taken for a miss; the second one has it from Redis. */
async function falsyValues(setting: Setting, redis: RedisServer): Promise<readonly Check[]> {
  const source = new Source();
  for (const [index, value] of FALSY.entries()) source.write(String(index), value);
  const readAll = async ({ cache }: ReturnType<typeof openCache>): Promise<{ readonly loads: number; readonly wrong: number }> => {
    const before = source.loads;
    let wrong = 0;
    for (let read = 0; read < 10; read += 1) {
      for (const [index, key] of FALSY_KEYS.entries()) {
        const { content } = await cache.get({ key, tags: [], load: (atLeast) => source.load(key, atLeast) });
        const isRight = content.kind === 'value' ? index < FALSY.length && content.value === FALSY[index] : index === FALSY.length;
        if (!isRight) wrong += 1;
      }
    }
    return { loads: source.loads - before, wrong };
  };
  const first = await readAll(await openFalsy(setting, redis));
  // Redis is told after the answer.
  await until(async () => (await redis.command((client) => client.keys('cache:falsy:*:entry:?'))).length === FALSY_KEYS.length);
  const second = await openFalsy(setting, redis);
  const { loads, wrong } = await readAll(second);
  const count = (what: string, unit: string, value: number, exactly: number): Check => ({ what, value, unit, limit: { exactly }, kind: 'state' });
  return [
    count('loads beyond the first of 0, "", false, null and nothing', 'loads', first.loads - FALSY_KEYS.length, 0),
    count('loads of them by a second process', 'loads', loads, 0),
    count('of them, found in Redis by a second process', 'hits', second.metrics.hits.redis, FALSY_KEYS.length),
    count('of them, read as something else', 'reads', first.wrong + wrong, 0),
  ];
}

/** What a load takes at least: its answers come from a replica so far away. */
const LOAD_MILLIS = 50;

const AT_ONCE = 8;

interface Round {
  /** Answers after the delete, or with the token of it, that show what was deleted, */
  readonly stale: number;
  /** and that do not. */
  readonly right: number;
  /** Reads under way all through the delete that brought what was deleted. */
  readonly late: number;
  /** Until a client without a token is told so by the other process, too. */
  readonly clearMillis: number;
}

/** Reads at both processes while one deletes; the moment of a load at which it does differs from round to round. */
async function deleteWhileLoading(path: string, writer: ServiceProcess, other: ServiceProcess, round: number): Promise<Round> {
  const status = async (url: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}${path}`, { headers });
    await response.arrayBuffer();
    return response.status;
  };
  const reads = [writer, other, writer, other].map(async ({ url }) => ({ status: await status(url), at: performance.now() }));
  await sleep(((round % AT_ONCE) / AT_ONCE) * LOAD_MILLIS);
  let token = '';
  // A process on a slow machine may refuse it.
  await until(async () => {
    const answer = await fetch(`${writer.url}${path}`, { method: 'DELETE' });
    token = answer.headers.get('X-Consistency-Token') ?? '';
    return answer.status === 204;
  });
  const start = performance.now();
  const fresh = await Promise.all([status(writer.url), status(other.url, { 'X-Consistency-Token': token })]);
  await until(async () => (await status(other.url)) === 404);
  const clearMillis = performance.now() - start;
  const late = (await Promise.all(reads)).filter((read) => read.status === 200 && read.at > start).length;
  // What was loaded meanwhile must not come back.
  const all = [...fresh, await status(writer.url), await status(other.url)];
  return { stale: all.filter((each) => each === 200).length, right: all.filter((each) => each === 404).length, late, clearMillis };
}

/** Writes what will be deleted, and waits until the far replica is known to have all of it: until then the primary is read. */
async function writeAll(processes: readonly [ServiceProcess, ServiceProcess], count: number): Promise<readonly string[]> {
  const paths = Array.from({ length: count }, () => assetPath(randomUUID()));
  await Promise.all([0, 1, 2, 3].map(async (writer) => {
    for (let index = writer; index < count; index += 4) await until(async () => (await put(processes[0].url, paths[index] ?? '', 'old')).ok);
  }));
  // A list must have seen every write.
  const hasAll = (process: ServiceProcess) => async (): Promise<boolean> => {
    await fetch(`${process.url}/api/web4/assets?prefix=${randomUUID()}`);
    return (await metricSum(process, 'database_queries_total{query="listAssets",role="replica",outcome="ok"}')) > 0;
  };
  await Promise.all(processes.map((process) => until(hasAll(process))));
  return paths;
}

async function interleavings([first, second]: readonly ServiceProcess[], scale: Scale): Promise<readonly Check[]> {
  if (first === undefined || second === undefined) throw new Error('two processes');
  const paths = await writeAll([first, second], 1_000 / scale.countDivisor);
  const rounds: Round[] = [];
  while (rounds.length < paths.length) {
    const from = rounds.length;
    rounds.push(...(await Promise.all(paths.slice(from, from + AT_ONCE).map((path, index) => (index % 2 === 0 ? deleteWhileLoading(path, first, second, from + index) : deleteWhileLoading(path, second, first, from + index))))));
  }
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return [
    { what: 'deletes during which a read brought what was deleted', value: rounds.filter(({ late }) => late > 0).length, unit: 'deletes', limit: { atLeast: paths.length / 10 }, kind: 'state' },
    { what: 'stale answers after a delete', value: sum(rounds.map(({ stale }) => stale)), unit: 'answers', limit: { exactly: 0 }, kind: 'state' },
    { what: 'answers after a delete that say so', value: sum(rounds.map(({ right }) => right)), unit: 'answers', limit: { atLeast: 2 * rounds.length }, kind: 'state' },
    { what: 'until the other process’s memory is clear', value: Math.max(...rounds.map(({ clearMillis }) => clearMillis)), unit: 'ms', limit: { atMost: 1_000 }, kind: 'timing' },
  ];
}

/** What is easily taken for a miss is a hit, and what was deleted does not come back. At the fast scale 100 deletes. */
const invalidation: Fault = {
  id: 'F18',
  title: 'cached 0, "", false, null; invalidation while loading',
  run: (scale) =>
    Setting.run(async (setting) => {
      const { processes, redis } = await startAssets(setting, scale, 2, async (databaseUrl) => {
        const { proxy, url } = await TcpProxy.before(databaseUrl);
        setting.with({ stop: () => proxy.cut() });
        proxy.delay(LOAD_MILLIS);
        return { DATABASE_REPLICA_URLS: url };
      });
      return [...(await falsyValues(setting, redis)), ...(await interleavings(processes, scale))];
    }),
};

export const cacheFaults: readonly Fault[] = [stampede, invalidation];
