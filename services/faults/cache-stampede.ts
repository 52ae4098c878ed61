import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Pool } from 'undici';
import { BREAKER_OPEN_SECONDS } from '../lib/database-breaker';
import type { ServiceProcess, Variables } from '../lib/testing/service-process';
import { assetPath, startAssets } from './assets';
import type { Check, Fault } from './fault';
import { metric, metricSum } from './process-metrics';
import { Setting } from './setting';

/** Clients of one process, each with a connection of its own, which is open. */
class Crowd {
  private constructor(
    readonly process: ServiceProcess,
    private readonly size: number,
    private readonly pool: Pool,
  ) {}

  static async gather(process: ServiceProcess, size: number): Promise<Crowd> {
    const crowd = new Crowd(process, size, new Pool(process.url, { connections: size, pipelining: 1 }));
    await crowd.ask('/health', () => undefined);
    return crowd;
  }

  /** Open connections. */
  get connected(): number {
    return this.pool.stats.connected;
  }

  /** All of them send the same GET at once. @returns the statuses, 0 for no answer */
  ask(path: string, onAnswer: () => void): Promise<readonly number[]> {
    return Promise.all(Array.from({ length: this.size }, async () => {
      try {
        const { statusCode, body } = await this.pool.request({ method: 'GET', path });
        onAnswer();
        await body.dump();
        return statusCode;
      } catch {
        onAnswer();
        return 0;
      }
    }));
  }

  stop(): Promise<void> {
    return this.pool.destroy();
  }
}

interface Flood {
  /** Requests that the caches had been asked for when none had been answered yet. */
  readonly waiting: number;
  readonly statuses: Promise<readonly number[]>;
}

/** Every client asks for the same at once. Resolves when the last one waits, or the first one no longer does. */
async function flood(crowds: readonly Crowd[], path: string): Promise<Flood> {
  const asked = async () => (await Promise.all(crowds.map(({ process }) => metric(process, 'cache_misses_total{layer="memory"}')))).reduce((sum, count) => sum + count, 0);
  const all = crowds.reduce((sum, { connected }) => sum + connected, 0);
  const before = await asked();
  let answered = 0;
  const statuses = Promise.all(crowds.map((crowd) => crowd.ask(path, () => (answered += 1))));
  for (;;) {
    const waiting = (await asked()) - before - answered;
    if (waiting >= all || answered > 0 || Number.isNaN(waiting)) return { waiting, statuses: statuses.then((each) => each.flat()) };
    await sleep(10);
  }
}

/** Does something while no asset can be read: what is asked for waits. */
async function whileLocked<Result>(databaseUrl: string, work: () => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('LOCK TABLE assets IN ACCESS EXCLUSIVE MODE');
    return await work();
  } finally {
    await client.end();
  }
}

const MOST_CALLS = 5;

/** @returns how many calls it takes until one is answered; between two the breaker before the database has its time */
async function callsUntilAnswered({ url }: ServiceProcess, path: string): Promise<number> {
  for (let calls = 1; calls <= MOST_CALLS; calls += 1) {
    if ((await fetch(`${url}${path}`)).status === 404) return calls;
    await sleep(BREAKER_OPEN_SECONDS * 1_000);
  }
  return NaN;
}

const WANTED = assetPath('wanted');
const LOST = assetPath('lost');

const answers = (what: string, value: number, expected: number): Check => ({ what, value, unit: 'answers', limit: { exactly: expected }, kind: 'state' });
const requests = (what: string, value: number, expected: number): Check => ({ what, value, unit: 'requests', limit: { exactly: expected }, kind: 'state' });

/** Of each process, what was asked of its database meanwhile for the one asset. The series are there once any was asked for. */
async function countingQueries<Result>(processes: readonly ServiceProcess[], what: string, work: () => Promise<Result>): Promise<readonly [Result, readonly Check[]]> {
  const queries = () => Promise.all(processes.map((process) => metricSum(process, 'database_queries_total{query="findAsset"')));
  const before = await queries();
  const result = await work();
  const after = await queries();
  return [result, after.map((value, index): Check => ({ what: `${what}: queries of process ${index + 1}`, value: value - (before[index] ?? NaN), unit: 'queries', limit: { exactly: 1 }, kind: 'state' }))];
}

/**
 * A thousand clients ask each of two processes for what no cache has: first for what is not there, then for what cannot be
 * read. At the fast scale a hundred.
 */
export const stampede: Fault = {
  id: 'F17',
  title: '1,000 concurrent misses of one key',
  run: (scale) =>
    Setting.run(async (setting) => {
      // By itself a process refuses more than 200 requests at once, and any that come faster than it can read them: a thousand are to reach the cache.
      const limits: Variables = { MAX_REQUESTS_IN_FLIGHT: '5000', MAX_CONNECTIONS: '5000', EVENT_LOOP_TOLERANCE_SECONDS: '60', REQUEST_DEADLINE_SECONDS: '10' };
      const { processes, proxy, databaseUrl } = await startAssets(setting, scale, 2, () => (scale.name === 'full' ? limits : {}));
      const count = 1_000 / scale.countDivisor;
      const all = processes.length * count;
      const crowds = await Promise.all(processes.map((process) => Crowd.gather(process, count)));
      for (const crowd of crowds) setting.with(crowd);
      // Of each its own: what one has read the other one finds in Redis.
      for (const { url } of processes) await fetch(`${url}${assetPath(randomUUID())}`);
      const connected = crowds.reduce((sum, crowd) => sum + crowd.connected, 0);
      const [wanted, wantedQueries] = await countingQueries(processes, 'not there', async () => {
        const { waiting, statuses } = await whileLocked(databaseUrl, () => flood(crowds, WANTED));
        return { waiting, statuses: await statuses };
      });
      // Connections that are open would be asked twice, since they may have been lost long ago: there are none, and new ones hang.
      await proxy.cut();
      proxy.hold();
      await proxy.restore();
      const [lost, lostQueries] = await countingQueries(processes, 'not to be read', async () => {
        const { waiting, statuses } = await flood(crowds, LOST);
        await proxy.cut();
        return { waiting, statuses: await statuses };
      });
      proxy.release();
      await proxy.restore();
      const calls = await Promise.all(processes.map((process) => callsUntilAnswered(process, LOST)));
      return [
        { what: 'connections open before', value: connected, unit: 'connections', limit: { exactly: all }, kind: 'state' },
        requests('not there: under way before the first answer', wanted.waiting, all),
        ...wantedQueries,
        answers('not there: answers that say so', wanted.statuses.filter((status) => status === 404).length, all),
        requests('not to be read: under way before the first answer', lost.waiting, all),
        ...lostQueries,
        answers('not to be read: errors that reach those who asked', lost.statuses.filter((status) => status === 503).length, all),
        { what: 'calls until one is answered again', value: Math.max(...calls), unit: 'calls', limit: { atMost: 2 }, kind: 'state' },
      ];
    }),
};
