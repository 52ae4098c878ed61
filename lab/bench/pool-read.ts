import { Pool } from 'pg';
import pino from 'pino';
import { defineQueries } from '../../services/lib/database';
import { parseDatabaseUrl } from '../../services/lib/database-url';
import { Deadline } from '../../services/lib/deadline';
import { Metrics } from '../../services/lib/metrics';
import { ReadWritePool } from '../../services/lib/read-write-pool';
import { startPostgres } from '../../services/lib/testing/postgres';
import { until } from '../../services/lib/testing/service-process';
import { type Figure, figure } from './figure';

const CONNECTIONS = 10;
const CONCURRENCY = 50;
const READS = 5_000;
const RUNS = 7;
const ROWS = 1_000;

const TEXT = 'SELECT id, name FROM things WHERE id = $1';
const QUERIES = defineQueries({ find: TEXT });

type Read = (id: number) => Promise<unknown>;

/** Reads per second, so many at a time. */
async function throughput(read: Read): Promise<number> {
  const start = process.hrtime.bigint();
  let next = 0;
  const reader = async (): Promise<void> => {
    while (next < READS) await read((next++ % ROWS) + 1);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, reader));
  return READS / (Number(process.hrtime.bigint() - start) / 1e9);
}

const medianOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Runs both by turns, so that what else the machine does falls on both alike. */
async function compare(ours: Read, bare: Read): Promise<Figure> {
  const results: { ours: number; bare: number }[] = [];
  for (let run = -1; run < RUNS; run += 1) {
    const pair = { ours: await throughput(ours), bare: await throughput(bare) };
    // The first one compiles.
    if (run >= 0) results.push(pair);
  }
  const [value, baseline] = [medianOf(results.map((pair) => pair.ours)), medianOf(results.map((pair) => pair.bare))];
  const ratio = medianOf(results.map((pair) => pair.ours / pair.bare));
  const shown = figure({ name: 'a primary-key read through the pool', value, unit: 'reads/s', baseline: { name: 'bare node-postgres', value: baseline }, bar: { atLeast: 0.9 } });
  // More is better here.
  return { ...shown, ratio: Number(ratio.toPrecision(3)), holds: ratio >= 0.9 };
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
