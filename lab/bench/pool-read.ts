import { Pool } from 'pg';
import pino from 'pino';
import { defineQueries } from '../../services/lib/database';
import { parseDatabaseUrl } from '../../services/lib/database-url';
import { Deadline } from '../../services/lib/deadline';
import { Metrics } from '../../services/lib/metrics';
import { ReadWritePool } from '../../services/lib/read-write-pool';
import { startPostgres } from '../../services/lib/testing/postgres';
import { until } from '../../services/lib/testing/service-process';
import { alternate, medianOf, quantile } from './alternate';
import { digits, type Figure, figure } from './figure';

const CONNECTIONS = 10;
const CONCURRENCY = 50;
const READS = 5_000;
const RUNS = 7;
const ROWS = 1_000;

const TEXT = 'SELECT id, name FROM things WHERE id = $1';
const QUERIES = defineQueries({ find: TEXT });

type Read = (id: number) => Promise<unknown>;

interface Run {
  readonly perSecond: number;
  /** Milliseconds of each read. */
  readonly times: readonly number[];
}

/** Every read once, so many at a time. */
async function run(read: Read): Promise<Run> {
  const began = performance.now();
  const times: number[] = [];
  let next = 0;
  const reader = async (): Promise<void> => {
    while (next < READS) {
      const sent = performance.now();
      await read((next++ % ROWS) + 1);
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, reader));
  return { perSecond: READS / ((performance.now() - began) / 1_000), times };
}

const rateOf = (runs: readonly Run[]): number => medianOf(runs.map(({ perSecond }) => perSecond));

function timesShown(name: string, runs: readonly Run[]): string {
  const times = runs.flatMap((each) => each.times);
  return `${name}: p50 ${digits(medianOf(times))} ms, p99 ${digits(quantile(times, 0.99))} ms, ${CONCURRENCY} at a time`;
}

/** Runs both by turns, so that what else the machine does falls on both alike. */
async function compare(ours: Read, bare: Read): Promise<Figure> {
  const { candidate, baseline } = await alternate({ rounds: RUNS, baseline: () => run(bare), candidate: () => run(ours) });
  const details = [timesShown('ours', candidate), timesShown('bare', baseline), `memory of this process, with both: ${digits(process.memoryUsage.rss() / 1_048_576)} MiB`];
  const shown = figure({ name: 'a primary-key read through the pool', value: rateOf(candidate), unit: 'reads/s', baseline: { name: 'bare node-postgres', value: rateOf(baseline) }, bar: { rateAtLeast: 0.9 }, details });
  // Of pairs, one after the other, rather than of the middle ones: the machine changes between pairs.
  const ratio = medianOf(candidate.map(({ perSecond }, index) => perSecond / (baseline[index]?.perSecond ?? NaN)));
  return { ...shown, ratio: digits(ratio), holds: ratio >= 0.9 };
}

/** What deadlines, metrics, health and a bounded queue cost a read, with a real Postgres. */
export async function poolReadFigures(): Promise<readonly Figure[]> {
  const postgres = await startPostgres();
  try {
    const url = await postgres.createDatabase('bench');
    const bare = new Pool({ connectionString: url, max: CONNECTIONS });
    await bare.query(`CREATE TABLE things (id int PRIMARY KEY, name text NOT NULL)`);
    await bare.query(`INSERT INTO things SELECT number, 'thing ' || number FROM generate_series(1, ${ROWS}) AS number`);
    const replica = await postgres.startReplica();
    const [primaryAddress, address] = [parseDatabaseUrl(url), parseDatabaseUrl(replica.urlOf('bench'))];
    if ('limit' in primaryAddress || 'limit' in address) throw new Error('the URLs of Postgres for tests are valid');
    const pool = new ReadWritePool(
      {
        kind: 'primary-and-replicas',
        primary: { address: primaryAddress, pool: { minimum: 0, maximum: CONNECTIONS } },
        replicas: { addresses: [address], pool: { minimum: 0, maximum: CONNECTIONS }, maximumLagSeconds: 5, probeSeconds: 5, sampleSeconds: 1 },
      },
      { service: 'bench', tls: { kind: 'off' }, metrics: new Metrics(), logger: pino({ level: 'silent' }) },
    );
    const bareReplica = new Pool({ connectionString: replica.urlOf('bench'), max: CONNECTIONS });
    // A connection that the server ends while it is being closed has nobody else to tell, and would end the process.
    for (const each of [bare, bareReplica]) each.on('error', () => undefined);
    await until(() => pool.replicas.every(({ state }) => state === 'healthy'));
    try {
      return [await compare((id) => pool.read(QUERIES.find, [id], { deadline: Deadline.after(1_000) }), (id) => bareReplica.query(TEXT, [id]))];
    } finally {
      await Promise.all([pool.close(), bare.end(), bareReplica.end()]);
    }
  } finally {
    await postgres.stop();
  }
}
