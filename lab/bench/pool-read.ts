import { Client, Pool } from 'pg';
import pino from 'pino';
import { defineQueries } from '../../services/lib/database';
import type { DatabaseAddress } from '../../services/lib/database-url';
import { Deadline } from '../../services/lib/deadline';
import { Metrics } from '../../services/lib/metrics';
import { ReadWritePool } from '../../services/lib/read-write-pool';
import { addressOf } from '../../services/lib/testing/database-address';
import { startPostgres } from '../../services/lib/testing/postgres';
import { until } from '../../services/lib/testing/service-process';
import { alternate, medianOf, quantile } from './alternate';
import { digits, type Figure, figure } from './figure';

const CONNECTIONS = 10;
const CONCURRENCY = 50;
const READS = 5_000;
const RUNS = 41;
const ROWS = 1_000;
const WARM_READS = 500;

const TEXT = 'SELECT id, name FROM things WHERE id = $1';
const QUERIES = defineQueries({ find: TEXT });

type Read = (id: number) => Promise<unknown>;

interface Run {
  readonly perSecond: number;
  /** Milliseconds of each read. */
  readonly times: readonly number[];
}

/** So many reads, so many at a time. */
async function run(read: Read, reads: number): Promise<Run> {
  const began = performance.now();
  const times: number[] = [];
  let next = 0;
  const reader = async (): Promise<void> => {
    while (next < reads) {
      const sent = performance.now();
      await read((next++ % ROWS) + 1);
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, reader));
  return { perSecond: reads / ((performance.now() - began) / 1_000), times };
}

/** A pool of one kind, open. */
interface OpenPool {
  readonly read: Read;
  readonly close: () => Promise<void>;
}

/**
 * Measures a pool with connections of its own: the server's processes stay where the system has put them for as long as they
 * live, and two pools of the same kind have been 15 % apart for that alone.
 */
async function runAnew(open: () => Promise<OpenPool>): Promise<Run> {
  const { read, close } = await open();
  try {
    await run(read, WARM_READS);
    return await run(read, READS);
  } finally {
    await close();
  }
}

const rateOf = (runs: readonly Run[]): number => medianOf(runs.map(({ perSecond }) => perSecond));

function timesShown(name: string, runs: readonly Run[]): string {
  const times = runs.flatMap((each) => each.times);
  return `${name}: p50 ${digits(medianOf(times))} ms, p99 ${digits(quantile(times, 0.99))} ms, ${CONCURRENCY} at a time`;
}

/** Runs both by turns, so that what else the machine does falls on both alike. */
async function compare(ours: () => Promise<OpenPool>, bare: () => Promise<OpenPool>): Promise<Figure> {
  const { candidate, baseline } = await alternate({ rounds: RUNS, baseline: () => runAnew(bare), candidate: () => runAnew(ours) });
  const details = [timesShown('ours', candidate), timesShown('bare', baseline), `memory of this process, with both: ${digits(process.memoryUsage.rss() / 1_048_576)} MiB`];
  const shown = figure({ name: 'a primary-key read through the pool', value: rateOf(candidate), unit: 'reads/s', baseline: { name: 'bare node-postgres', value: rateOf(baseline) }, bar: { rateAtLeast: 0.9 }, details });
  // Of pairs, one after the other, rather than of the middle ones: the machine changes between pairs.
  const ratio = medianOf(candidate.map(({ perSecond }, index) => perSecond / (baseline[index]?.perSecond ?? NaN)));
  return { ...shown, ratio: digits(ratio), holds: ratio >= 0.9 };
}

async function openOurs(primary: DatabaseAddress, replica: DatabaseAddress): Promise<OpenPool> {
  const size = { minimum: 0, maximum: CONNECTIONS };
  const pool = new ReadWritePool(
    {
      kind: 'primary-and-replicas',
      primary: { address: primary, pool: size },
      replicas: { addresses: [replica], pool: size, maximumLagSeconds: 5, probeSeconds: 5, sampleSeconds: 1 },
    },
    { service: 'bench', tls: { kind: 'off' }, metrics: new Metrics(), logger: pino({ level: 'silent' }) },
  );
  await until(() => pool.replicas.every(({ state }) => state === 'healthy'));
  return { read: (id) => pool.read(QUERIES.find, [id], { deadline: Deadline.after(1_000) }), close: () => pool.close() };
}

function openBare(connectionString: string): Promise<OpenPool> {
  const pool = new Pool({ connectionString, max: CONNECTIONS });
  return Promise.resolve({ read: (id) => pool.query(TEXT, [id]), close: () => pool.end() });
}

/** What deadlines, metrics, health and a bounded queue cost a read, with a real Postgres. */
export async function poolReadFigures(): Promise<readonly Figure[]> {
  const postgres = await startPostgres();
  try {
    const url = await postgres.createDatabase('bench');
    const owner = new Client({ connectionString: url });
    await owner.connect();
    await owner.query(`CREATE TABLE things (id int PRIMARY KEY, name text NOT NULL)`);
    await owner.query(`INSERT INTO things SELECT number, 'thing ' || number FROM generate_series(1, ${ROWS}) AS number`);
    await owner.end();
    const replica = await postgres.startReplica();
    await replica.caughtUp();
    const replicaUrl = replica.urlOf('bench');
    return [await compare(() => openOurs(addressOf(url), addressOf(replicaUrl)), () => openBare(replicaUrl))];
  } finally {
    await postgres.stop();
  }
}
