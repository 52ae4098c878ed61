import path from 'node:path';
import { clientOptions } from '../lib/database';
import { parseDatabaseUrl } from '../lib/database-url';
import { migrate, readMigrations } from '../lib/migrations';
import { startPostgres } from '../lib/testing/postgres';
import { spawnService, stopService, until, untilReady, type ServiceProcess } from '../lib/testing/service-process';
import type { Check, Fault } from './fault';

/** F14: more work than a pool can do. */

const CLIENTS = 200;
const POOL = 20;

interface Outcome {
  readonly kind: 'served' | 'refused' | 'other';
  readonly millis: number;
}

async function ask({ url }: ServiceProcess): Promise<Outcome> {
  const start = performance.now();
  const answer = await fetch(`${url}/slow`);
  await answer.text();
  const kind = answer.status === 200 ? 'served' : answer.status === 503 && answer.headers.has('Retry-After') ? 'refused' : 'other';
  return { kind, millis: performance.now() - start };
}

async function connections({ metricsUrl }: ServiceProcess, line: string): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  return Number(text.split('\n').find((candidate) => candidate.startsWith(line))?.slice(line.length));
}

async function overfilled(service: ServiceProcess, slowMillis: number): Promise<readonly Check[]> {
  const asking = Array.from({ length: CLIENTS }, () => ask(service));
  let [used, waiting] = [0, 0];
  let over = false;
  const watching = (async () => {
    while (!over) {
      used = Math.max(used, await connections(service, 'database_connections{role="primary",number="0",state="used"} '));
      waiting = Math.max(waiting, await connections(service, 'database_waiting{role="primary",number="0"} '));
    }
  })();
  const outcomes = await Promise.all(asking);
  over = true;
  await watching;
  // As many as the pool has, at once: one that was leaked would be missed.
  await until(async () => (await connections(service, 'database_waiting{role="primary",number="0"} ')) === 0);
  const after = await Promise.all(Array.from({ length: POOL }, () => ask(service)));
  await until(async () => (await connections(service, 'database_connections{role="primary",number="0",state="used"} ')) <= 1);
  const refused = outcomes.filter(({ kind }) => kind === 'refused');
  return [
    { what: 'neither served nor refused with Retry-After', value: outcomes.filter(({ kind }) => kind === 'other').length, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
    { what: 'served', value: outcomes.length - refused.length, unit: 'requests', limit: { atLeast: POOL }, kind: 'state' },
    { what: 'refused', value: refused.length, unit: 'requests', limit: { atLeast: 1 }, kind: 'state' },
    { what: 'connections at most', value: used, unit: 'connections', limit: { atMost: POOL }, kind: 'state' },
    { what: 'waiting at most', value: waiting, unit: 'requests', limit: { atMost: 101 }, kind: 'state' },
    { what: 'afterwards, not served', value: after.filter(({ kind }) => kind !== 'served').length, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
    { what: 'slowest refusal', value: Math.max(...refused.map(({ millis }) => millis)), unit: 'ms', limit: { atMost: 2_000 }, kind: 'timing' },
    { what: 'slowest of one round afterwards', value: Math.max(...after.map(({ millis }) => millis)), unit: 'ms', limit: { atMost: 2 * slowMillis }, kind: 'timing' },
  ];
}

const fullPool: Fault = {
  id: 'F14',
  title: '200 clients on a pool of 20 with 1 s queries',
  run: async (scale) => {
    const slowMillis = 1_000 / scale.speed;
    const postgres = await startPostgres();
    let service: ServiceProcess | undefined;
    try {
      const url = await postgres.createDatabase('slow');
      const address = parseDatabaseUrl(url);
      if ('limit' in address) throw new Error(address.limit);
      await migrate(clientOptions(address, { kind: 'off' }, 'faults'), await readMigrations('slow-query', path.join(__dirname, 'slow-query', 'migrations')));
      service = await spawnService('faults/slow-query', { SERVICE_NAME: 'slow-query-service', DATABASE_URL: url, DATABASE_POOL_MAX: String(POOL), DATABASE_REPLICA_POOL_MAX: '1', SLOW_MILLIS: String(slowMillis), LOG_LEVEL: 'fatal' });
      await untilReady(service);
      return await overfilled(service, slowMillis);
    } finally {
      if (service !== undefined) await stopService(service);
      await postgres.stop();
    }
  },
};

export const poolFaults: readonly Fault[] = [fullPool];
