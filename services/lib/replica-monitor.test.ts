import { setImmediate as nextTurn } from 'node:timers/promises';
import pino from 'pino';
import { DatabaseUnavailableError, defineQueries } from './database';
import { Deadline } from './deadline';
import { Metrics } from './metrics';
import { ReadWritePool } from './read-write-pool';
import { addressOf } from './testing/database-address';
import { startCluster, type PostgresCluster } from './testing/postgres-cluster';
import { until } from './testing/service-process';
import { UNREACHED_POSITION } from './wal-position';

const QUERIES = defineQueries({
  insert: 'INSERT INTO things (name) VALUES ($1) RETURNING name',
  find: 'SELECT name FROM things WHERE name = $1',
  sleep: 'SELECT pg_sleep(600)',
});

let cluster: PostgresCluster;
let pool: ReadWritePool;

beforeAll(async () => {
  cluster = await startCluster('app', 1);
  await cluster.administer(cluster.primary, 'CREATE TABLE things (name text PRIMARY KEY)');
  await cluster.replicas[0]?.server.caughtUp();
});
afterEach(() => pool.close());
afterAll(() => cluster.stop());

/** A pool that takes the server to be the primary. */
function connect({ url }: { readonly url: string }): void {
  pool = new ReadWritePool(
    {
      kind: 'primary-and-replicas',
      primary: { address: addressOf(url), pool: { minimum: 0, maximum: 4 } },
      replicas: { addresses: [], pool: { minimum: 0, maximum: 1 }, maximumLagSeconds: 5, probeSeconds: 0.3, sampleSeconds: 0.1 },
    },
    { service: 'test', tls: { kind: 'off' }, metrics: new Metrics(), logger: pino({ level: 'silent' }) },
  );
}

const deadline = (): Deadline => Deadline.after(10_000);
const reasonOf = (error: unknown): unknown => (error instanceof DatabaseUnavailableError ? error.reason : error);
const read = () => pool.read(QUERIES.find, ['x'], { deadline: deadline(), atLeast: UNREACHED_POSITION }).then(({ rows }) => rows, reasonOf);
const write = (name: string) => pool.write(QUERIES.insert, [name], { deadline: deadline() }).then(({ rows }) => rows, reasonOf);
const isOpen = (): boolean => pool.primary.breaker?.isOpen === true;
const { sessions, asleep, end } = {
  sessions: "SELECT pid FROM pg_stat_activity WHERE application_name = 'test'",
  asleep: "SELECT pid FROM pg_stat_activity WHERE application_name = 'test' AND state = 'active'",
  end: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test' AND state = 'idle'",
};

it('does not take a standby for the primary, until it is promoted', async () => {
  const [standby] = cluster.replicas;
  if (standby === undefined) throw new Error('there is a replica');
  connect(standby);
  await until(isOpen);
  const { begun } = pool.primary.connections.totals;
  // Samples go on meanwhile, and none of them closes it for a moment.
  while (pool.primary.connections.totals.begun < begun + 5) {
    expect([await read(), await write('standby')]).toEqual(['refused', 'refused']);
    await nextTurn();
  }
  await cluster.administer(standby, 'SELECT pg_promote()');
  await until(() => !isOpen());
  expect([await read(), await write('promoted')]).toEqual([[], [{ name: 'promoted' }]]);
});

it('ends every connection to a primary that has become a standby: the next ones may lead elsewhere', async () => {
  const { primary } = cluster;
  const administer = (sql: string) => cluster.administer(primary, sql);
  connect(primary);
  const sleeping = pool.primary.query(QUERIES.sleep, [], Deadline.after(3_600_000)).catch(reasonOf);
  await until(async () => (await administer(asleep)).length === 1);
  const [before] = await administer(asleep);
  // Its twin: as long as it says that it is the primary, samples end nothing.
  const { begun } = pool.primary.connections.totals;
  await until(() => pool.primary.connections.totals.begun > begun + 3);
  expect(await administer(asleep)).toEqual([before]);
  try {
    // The server is the same, and says that it is a standby.
    await administer('CREATE FUNCTION public.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS $$ SELECT true $$');
    await administer('ALTER DATABASE app SET search_path = public, pg_catalog');
    await administer(end);
    expect(await sleeping).toBe('failed');
    expect(isOpen()).toBe(true);
    await until(async () => !(await administer(sessions)).some(({ pid }) => pid === before?.['pid']));
  } finally {
    await administer('ALTER DATABASE app RESET search_path');
    await administer('DROP FUNCTION IF EXISTS public.pg_is_in_recovery()');
  }
  await until(() => !isOpen());
  expect(await write('back')).toEqual([{ name: 'back' }]);
});
