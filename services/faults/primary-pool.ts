import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientOptions } from '../lib/database';
import { migrate, readMigrations } from '../lib/migrations';
import { addressOf } from '../lib/testing/database-address';
import { startPostgres } from '../lib/testing/postgres';
import { spawnService, stopService, until, untilReady, type ServiceProcess } from '../lib/testing/service-process';
import type { Check, Fault, Scale } from './fault';
import { percentile } from './percentile';

/** F14: more work than a pool can do. */

const CLIENTS = 200;
const POOL = 20;
/** How many may wait for a connection, */
const WAITING_MAXIMUM = 100;
/** and how long. It is no interval that a scale divides: in a fast run too, queries are so long that it ends waits. */
const WAIT_MILLIS = 1_500;
const SLOW_MILLIS = { fast: 500, full: 1_000 } as const;
/** Refused at least: at full scale all but those that have a connection and those that may wait; a fast run may share its machine. */
const LEAST_REFUSED = { fast: 20, full: CLIENTS - POOL - WAITING_MAXIMUM } as const;

/** Between two looks at a metric. To write them all again and again would be most of what the process does. */
const GAUGE_MILLIS = 50;

interface Outcome {
  readonly kind: 'served' | 'refused' | 'other';
  readonly millis: number;
}

async function ask({ url }: ServiceProcess): Promise<Outcome> {
  const start = performance.now();
  const answer = await fetch(`${url}/slow`).catch(() => undefined);
  await answer?.text();
  const kind = answer?.status === 200 ? 'served' : answer?.status === 503 && answer.headers.has('Retry-After') ? 'refused' : 'other';
  return { kind, millis: performance.now() - start };
}

const USED = 'database_connections{role="primary",number="0",state="used"} ';
const WAITING = 'database_waiting{role="primary",number="0"} ';

/** NaN when there is no such line. */
async function gauge({ metricsUrl }: ServiceProcess, line: string): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  return Number(text.split('\n').find((candidate) => candidate.startsWith(line))?.slice(line.length));
}

/** The most that a metric came to while work went on. */
async function peakOf(service: ServiceProcess, line: string, work: Promise<unknown>): Promise<number> {
  let [peak, over] = [0, false];
  const working = work.finally(() => (over = true));
  for (; !over; await sleep(GAUGE_MILLIS)) peak = Math.max(peak, await gauge(service, line));
  await working;
  return peak;
}

async function overfilled(service: ServiceProcess, scale: Scale): Promise<readonly Check[]> {
  const slowMillis = SLOW_MILLIS[scale.name];
  // Compiles and connects.
  await Promise.all(Array.from({ length: POOL }, () => ask(service)));
  const asking = Promise.all(Array.from({ length: CLIENTS }, () => ask(service)));
  const [used, waiting] = await Promise.all([peakOf(service, USED, asking), peakOf(service, WAITING, asking)]);
  const outcomes = await asking;
  // As many as the pool has, at once: one that was leaked would be missed.
  await until(async () => (await gauge(service, WAITING)) === 0);
  const after = await Promise.all(Array.from({ length: POOL }, () => ask(service)));
  await until(async () => (await gauge(service, USED)) === 0);
  const count = (wanted: Outcome['kind']): number => outcomes.filter(({ kind }) => kind === wanted).length;
  const slowest = (of: readonly Outcome[]): number => percentile(of, 1);
  // One round of queries for each that begins before the wait is over, and one more for a machine that is late.
  const servedAtMost = POOL * (Math.floor(WAIT_MILLIS / slowMillis) + 2);
  return [
    { what: 'neither served nor refused with Retry-After', value: count('other'), unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
    { what: 'served', value: count('served'), unit: 'requests', limit: { atLeast: POOL }, kind: 'state' },
    // On a machine that tests share, the clients may come one after the other, over many rounds: there it is no state.
    { what: 'served, of what the limit of the wait has time for', value: count('served'), unit: 'requests', limit: { atMost: servedAtMost }, kind: scale.name === 'full' ? 'state' : 'timing' },
    { what: 'refused', value: count('refused'), unit: 'requests', limit: { atLeast: LEAST_REFUSED[scale.name] }, kind: 'state' },
    { what: 'connections used at most', value: used, unit: 'connections', limit: { exactly: POOL }, kind: 'state' },
    { what: 'waiting at most', value: waiting, unit: 'requests', limit: { atMost: WAITING_MAXIMUM + 1 }, kind: 'state' },
    { what: 'afterwards, not served', value: after.filter(({ kind }) => kind !== 'served').length, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
    { what: 'slowest refusal', value: slowest(outcomes.filter(({ kind }) => kind === 'refused')), unit: 'ms', limit: { atMost: 2_000 }, kind: 'timing' },
    { what: 'slowest answer', value: slowest(outcomes), unit: 'ms', limit: { atMost: WAIT_MILLIS + slowMillis + 250 }, kind: 'timing' },
    { what: 'slowest of one round afterwards', value: slowest(after), unit: 'ms', limit: { atMost: 2 * slowMillis }, kind: 'timing' },
  ];
}

const fullPool: Fault = {
  id: 'F14',
  title: '200 clients on a pool of 20 with 1 s queries',
  run: async (scale) => {
    const postgres = await startPostgres();
    let service: ServiceProcess | undefined;
    try {
      const url = await postgres.createDatabase('slow');
      await migrate(clientOptions(addressOf(url), { kind: 'off' }, 'faults'), await readMigrations('slow-query', path.join(__dirname, 'slow-query', 'migrations')));
      service = await spawnService('faults/slow-query', { SERVICE_NAME: 'slow-query-service', DATABASE_URL: url, DATABASE_POOL_MAX: String(POOL), DATABASE_REPLICA_POOL_MAX: '1', SLOW_MILLIS: String(SLOW_MILLIS[scale.name]), LOG_LEVEL: 'fatal' });
      await untilReady(service);
      return await overfilled(service, scale);
    } finally {
      if (service !== undefined) await stopService(service);
      await postgres.stop();
    }
  },
};

export const poolFaults: readonly Fault[] = [fullPool];
