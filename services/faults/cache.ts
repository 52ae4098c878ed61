import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { openCache, Source } from '../lib/layered-cache/testing';
import { until, type ServiceProcess } from '../lib/testing/service-process';
import { put, startAssets } from './assets';
import type { Check, Fault, Scale } from './fault';
import { metricSum } from './process-metrics';
import { Setting } from './setting';

/** Statuses of one GET sent so many times at once. */
async function flood(process: ServiceProcess, path: string, count: number): Promise<readonly number[]> {
  const pool = new Pool(process.url, { connections: count, pipelining: 1 });
  try {
    return await Promise.all(Array.from({ length: count }, async () => {
      const { statusCode, body } = await pool.request({ method: 'GET', path });
      await body.dump();
      return statusCode;
    }));
  } finally {
    await pool.destroy();
  }
}

/** A thousand clients ask two processes for what no cache has. */
const stampede: Fault = {
  id: 'F17',
  title: '1,000 concurrent misses of one key',
  run: (scale) =>
    Setting.run(async (setting) => {
      const { processes, proxy } = await startAssets(setting, scale, 2);
      const count = 1_000 / scale.countDivisor;
      const queries = (process: ServiceProcess) => metricSum(process, 'database_queries_total{query="findAsset"');
      const before = await Promise.all(processes.map(queries));
      // Long enough for all to ask before the answer.
      proxy.delay(200);
      const statuses = await Promise.all(processes.map((process) => flood(process, '/api/web4/assets/wanted', count)));
      proxy.delay(0);
      const after = await Promise.all(processes.map(queries));
      await proxy.cut();
      const failed = await Promise.all(processes.map((process) => flood(process, '/api/web4/assets/lost', count)));
      await proxy.restore();
      // The breaker before the database may stay open for a moment.
      await Promise.all(processes.map(({ url }) => until(async () => (await fetch(`${url}/api/web4/assets/lost`)).status === 404)));
      return [
        ...after.map((value, index): Check => ({ what: `queries of process ${index + 1}`, value: value - (before[index] ?? 0), unit: 'queries', limit: { exactly: 1 }, kind: 'state' })),
        { what: 'answers that there is nothing', value: statuses.flat().filter((status) => status === 404).length, unit: 'answers', limit: { exactly: 2 * count }, kind: 'state' },
        { what: 'errors that reach those who ask for what cannot be read', value: failed.flat().filter((status) => status === 503).length, unit: 'answers', limit: { exactly: 2 * count }, kind: 'state' },
      ];
    }),
};

async function falsyValues(redisUrl: string): Promise<Check> {
  const source = new Source();
  const { cache } = openCache({ redisUrl: new URL(redisUrl), service: 'falsy' });
  try {
    const stored = [0, '', false, null];
    for (const [index, value] of stored.entries()) source.write(String(index), value);
    for (let read = 0; read < 10; read += 1) {
      for (let index = 0; index <= stored.length; index += 1) await cache.get({ key: String(index), tags: [], load: (atLeast) => source.load(String(index), atLeast) });
    }
    // Four values, and one key that has none.
    return { what: 'loads beyond the first of 0, "", false, null and nothing', value: source.loads - (stored.length + 1), unit: 'loads', limit: { exactly: 0 }, kind: 'state' };
  } finally {
    cache.close();
  }
}

interface Round {
  /** Answers after the delete, or with the token of it, that show what was deleted. */
  readonly stale: number;
  /** Until a client without a token is told so by the other process, too. */
  readonly clearMillis: number;
}

/** Reads at both processes while one deletes; the turn at which it does differs from round to round. */
async function deleteWhileLoading(writer: ServiceProcess, other: ServiceProcess, round: number): Promise<Round> {
  const path = `/api/web4/assets/${randomUUID()}`;
  await put(writer.url, path, 'old');
  const status = async (url: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}${path}`, { headers });
    await response.arrayBuffer();
    return response.status;
  };
  const reads = Array.from({ length: 4 }, (_, index) => status(index % 2 === 0 ? writer.url : other.url));
  for (let turn = 0; turn < round % 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const deleted = await fetch(`${writer.url}${path}`, { method: 'DELETE' });
  const token = deleted.headers.get('X-Consistency-Token') ?? '';
  const start = performance.now();
  const fresh = await Promise.all([status(writer.url), status(other.url, { 'X-Consistency-Token': token })]);
  await until(async () => (await status(other.url)) === 404);
  const clearMillis = performance.now() - start;
  await Promise.all(reads);
  // What was loaded meanwhile must not come back.
  const later = [await status(writer.url), await status(other.url)];
  return { stale: [...fresh, ...later].filter((each) => each !== 404).length, clearMillis };
}

async function interleavings([first, second]: readonly ServiceProcess[], scale: Scale): Promise<readonly Check[]> {
  if (first === undefined || second === undefined) throw new Error('two processes');
  const rounds: Round[] = [];
  const total = 1_000 / scale.countDivisor;
  while (rounds.length < total) {
    const from = rounds.length;
    rounds.push(...(await Promise.all([0, 1, 2, 3].map((index) => (index % 2 === 0 ? deleteWhileLoading(first, second, from + index) : deleteWhileLoading(second, first, from + index))))));
  }
  return [
    { what: `stale answers after one of ${rounds.length} deletes`, value: rounds.reduce((sum, { stale }) => sum + stale, 0), unit: 'answers', limit: { exactly: 0 }, kind: 'state' },
    { what: 'until the other process’s memory is clear', value: Math.max(...rounds.map(({ clearMillis }) => clearMillis)), unit: 'ms', limit: { atMost: 1_000 }, kind: 'timing' },
  ];
}

/** What is easily taken for a miss is a hit, and what was deleted does not come back. */
const invalidation: Fault = {
  id: 'F18',
  title: 'cached 0, "", false, null; invalidation while loading',
  run: (scale) =>
    Setting.run(async (setting) => {
      const { processes, redis } = await startAssets(setting, scale, 2);
      return [await falsyValues(redis.url), ...(await interleavings(processes, scale))];
    }),
};

export const cacheFaults: readonly Fault[] = [stampede, invalidation];
