import { setImmediate as nextTurn } from 'node:timers/promises';
import pino from 'pino';
import { BREAKER_FAILURES } from './database-breaker';
import { FAIR_MILLIS } from './connection-use';
import { DatabaseUnavailableError, defineQueries } from './database';
import { Deadline } from './deadline';
import { Metrics } from './metrics';
import { ReadWritePool } from './read-write-pool';
import { addressOf } from './testing/database-address';
import { startCluster, type PostgresCluster } from './testing/postgres-cluster';
import { until } from './testing/service-process';
import { parseWalPosition, UNREACHED_POSITION, type WalPosition } from './wal-position';

const QUERIES = defineQueries({
  insert: 'INSERT INTO things (name) VALUES ($1) RETURNING name',
  find: 'SELECT name FROM things WHERE name = $1',
  sleep: 'SELECT pg_sleep($1)',
});

let cluster: PostgresCluster;
let pool: ReadWritePool;
let metrics: Metrics;
const all = () => [cluster.primary, ...cluster.replicas];

beforeAll(async () => {
  cluster = await startCluster('app', 1);
  await cluster.administer(cluster.primary, 'CREATE TABLE things (name text PRIMARY KEY)');
  await cluster.replicas[0]?.server.caughtUp();
});
beforeEach(async () => {
  const [primary, replica] = all().map(({ url }) => addressOf(url));
  if (primary === undefined || replica === undefined) throw new Error('there are two servers');
  metrics = new Metrics();
  pool = new ReadWritePool(
    {
      kind: 'primary-and-replicas',
      primary: { address: primary, pool: { minimum: 2, maximum: 2 } },
      replicas: { addresses: [replica], pool: { minimum: 0, maximum: 2 }, maximumLagSeconds: 5, probeSeconds: 0.3, sampleSeconds: 0.1 },
    },
    { service: 'test', tls: { kind: 'off' }, metrics, logger: pino({ level: 'silent' }) },
  );
  // Both connections of the primary are open.
  await until(() => pool.primary.connections.counts.idle === 2 && pool.replicas.every(({ state }) => state === 'healthy'));
});
afterEach(async () => {
  for (const { proxy } of all()) proxy.release();
  await Promise.all(all().map(({ proxy }) => proxy.restore()));
  await pool.close();
});
afterAll(() => cluster.stop());

let names = 0;
const newName = (): string => `thing ${(names += 1)}`;
const write = (millis = 10_000, name = newName()) => pool.write(QUERIES.insert, [name], { deadline: Deadline.after(millis) });
const stored = async (name: string): Promise<number> => (await cluster.administer(cluster.primary, `SELECT FROM things WHERE name = '${name}'`)).length;
const activity = (state: string) => cluster.administer(cluster.primary, `SELECT pid FROM pg_stat_activity WHERE application_name = 'test' AND state = '${state}'`);
const reasonOf = (error: unknown): unknown => (error instanceof DatabaseUnavailableError ? error.reason : error);
const untilOpen = async (): Promise<void> => {
  while (pool.primary.breaker?.isOpen !== true) await write(100).catch(() => undefined);
};

describe('a primary that does not answer', () => {
  it.each([
    ['is gone', () => cluster.primary.proxy.cut()],
    ['accepts and never answers', () => { cluster.primary.proxy.hold(); }],
  ])('since it %s: writes fail, at last without being sent; reads are served; both work when it is back', async (_name, fail) => {
    await write();
    await fail();
    await untilOpen();
    // Only samples try it, before these and after them.
    const { begun } = pool.primary.connections.totals;
    while (pool.primary.connections.totals.begun < begun + 2) {
      expect(await write(3_600_000).catch(reasonOf)).toBe('refused');
      await nextTurn();
    }
    for (let count = 0; count < 50; count += 1) expect((await pool.read(QUERIES.find, ['x'], { deadline: Deadline.after(10_000) })).rows).toEqual([]);
    expect(await metrics.registry.metrics()).toContain('database_breaker_open{role="primary",number="0"} 1');
    cluster.primary.proxy.release();
    await cluster.primary.proxy.restore();
    await until(() => pool.primary.breaker?.isOpen === false);
    expect(await metrics.registry.metrics()).toContain('database_breaker_open{role="primary",number="0"} 0');
    const name = newName();
    await write(10_000, name);
    expect(await stored(name)).toBe(1);
  });

  describe('is not waited for any more when the breaker opens', () => {
    const anHour = Deadline.after(3_600_000);
    const endSessions = () => cluster.administer(cluster.primary, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test'");
    const open = async (): Promise<void> => {
      const fail = () => Promise.reject(new DatabaseUnavailableError(undefined, 'failed'));
      for (let count = 0; count < BREAKER_FAILURES; count += 1) await pool.primary.breaker?.run(fail).catch(() => undefined);
    };

    it('by who waits for a place; who has asked it waits on', async () => {
      const asked = [0, 1].map(() => pool.primary.query(QUERIES.sleep, [600], anHour).catch(reasonOf));
      await until(async () => (await activity('active')).length === 2);
      const waiting = pool.primary.query(QUERIES.find, ['x'], anHour).catch(reasonOf);
      await open();
      expect(await waiting).toBe('refused');
      expect(pool.primary.connections.counts.used).toBe(2);
      await endSessions();
      expect(await Promise.all(asked)).toEqual(['lost', 'lost']);
    });

    it('by who waits for a connection to open', async () => {
      cluster.primary.proxy.hold();
      await endSessions();
      await until(() => pool.primary.connections.counts.idle === 0);
      const connecting = pool.primary.query(QUERIES.find, ['x'], anHour).catch(reasonOf);
      await open();
      expect(await connecting).toBe('refused');
    });
  });

  it('is not written to twice', async () => {
    const name = newName();
    cluster.primary.proxy.hold();
    // The server has it, and its answer never comes; one of a sample may have been on its way.
    await expect(write(300, name)).rejects.toMatchObject({ reason: expect.stringMatching(/^(?:late|slow)$/) });
    await until(async () => (await stored(name)) === 1);
    expect(pool.primary.connections.totals.begun).toBeLessThan(BREAKER_FAILURES + 5);
  });
});

describe('a primary that is asked for more than it can do', () => {
  it('does what begins in time, refuses the rest, and is not held to be at fault', async () => {
    // Far more than its two connections can do before any of them is late.
    const asked = Array.from({ length: 100 }, () => pool.primary.query(QUERIES.sleep, [0.05], Deadline.after(1_500)).then(() => 'done', reasonOf));
    const outcomes = await Promise.all(asked);
    expect([...new Set(outcomes)].sort()).toEqual(['busy', 'done']);
    expect(pool.primary.breaker?.isOpen).toBe(false);
  });

  it('is not at fault either when it gets no time to answer', async () => {
    cluster.primary.proxy.hold();
    for (let count = 0; count < 2 * BREAKER_FAILURES; count += 1) expect(await write(FAIR_MILLIS / 2).catch(reasonOf)).toBe('hurried');
    expect(pool.primary.breaker?.isOpen).toBe(false);
    // Its twin has time enough.
    for (let count = 0; count < BREAKER_FAILURES; count += 1) await write(4 * FAIR_MILLIS).catch(() => undefined);
    expect(pool.primary.breaker?.isOpen).toBe(true);
  });
});

describe('writes that wait for a connection', () => {
  it('wait in turn with all others, and are refused beyond the same number', async () => {
    const anHour = Deadline.after(3_600_000);
    const busy = [0, 1].map(() => pool.primary.query(QUERIES.sleep, [600], anHour).catch(reasonOf));
    await until(async () => (await activity('active')).length === 2);
    const order: string[] = [];
    const waiting = ['one', 'two'].map((name) => write(3_600_000, `${name} ${newName()}`).then(() => order.push(name)));
    const others = Array.from({ length: 120 }, () => write(3_600_000).then(() => 'done', reasonOf));
    expect(await others[119]).toBe('busy');
    // One connection comes free.
    await cluster.administer(cluster.primary, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'test' AND state = 'active' LIMIT 1");
    await Promise.all(waiting);
    expect(order).toEqual(['one', 'two']);
    const outcomes = await Promise.all(others);
    // A sample may wait with them, ahead of all.
    expect(outcomes.filter((outcome) => outcome === 'done').length).toBeGreaterThanOrEqual(97);
    expect(outcomes.filter((outcome) => outcome === 'busy').length).toBeGreaterThanOrEqual(22);
    await cluster.administer(cluster.primary, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test'");
    await Promise.all(busy);
  });
});

describe('a write that has been done', () => {
  it('is not failed by a server that does not say where its log is', async () => {
    const name = newName();
    // The write's own answer arrives, the next one does not.
    void cluster.primary.proxy.breakAfter(name);
    const { rows, position } = await write(10_000, name);
    expect(rows).toEqual([{ name }]);
    expect(position).toBeLessThan(UNREACHED_POSITION);
    expect((await pool.read(QUERIES.find, [name], { deadline: Deadline.after(10_000), atLeast: position })).rows).toEqual([{ name }]);
  });

  it('is to be read from the primary alone when nobody says where its log is', async () => {
    const name = newName();
    const { proxy } = cluster.primary;
    const broken = proxy.breakAfter(name);
    const writing = write(10_000, name);
    await broken;
    await proxy.cut();
    expect(await writing).toEqual({ rows: [{ name }], position: UNREACHED_POSITION });
  });
});

describe('a position that this process has not heard of', () => {
  const read = (atLeast: WalPosition) => pool.read(QUERIES.find, ['x'], { deadline: Deadline.after(10_000), atLeast });
  const positionQueries = async (): Promise<number> => {
    const line = (await metrics.registry.metrics()).split('\n').find((candidate) => candidate.startsWith('database_queries_total{query="walPosition",role="primary",outcome="ok"} '));
    return Number(line?.split(' ').at(-1) ?? 0);
  };

  it('is the primary’s to confirm: what is read has seen it', async () => {
    await cluster.replicas[0]?.server.pauseReplay();
    try {
      await cluster.administer(cluster.primary, `INSERT INTO things VALUES ('${newName()}')`);
      const [row] = await cluster.administer(cluster.primary, 'SELECT pg_current_wal_flush_lsn()::text AS position');
      const position = parseWalPosition(String(row?.['position'])) ?? 0;
      expect((await read(position)).seen).toBeGreaterThanOrEqual(position);
    } finally {
      await cluster.replicas[0]?.server.resumeReplay();
    }
  });

  it('is refused when the primary has not reached it either, and asked for once', async () => {
    const before = await positionQueries();
    const madeUp = parseWalPosition('FFFF/0') ?? 0;
    await expect(read(madeUp)).rejects.toMatchObject({ status: 400, field: 'X-Consistency-Token', message: expect.stringContaining('has not reached position FFFF/0') });
    expect(await positionQueries()).toBe(before + 1);
    // Its twin: the primary alone may be asked for, and nothing is made of that.
    expect((await read(UNREACHED_POSITION)).seen).toBeLessThan(madeUp);
    expect(await positionQueries()).toBe(before + 1);
  });
});

describe('a primary that has lost log in a failover', () => {
  const administer = (sql: string) => cluster.administer(cluster.primary, sql);
  const endSessions = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test'";

  it('is not taken to be where it was: what it has lost is refused', async () => {
    await cluster.replicas[0]?.server.pauseReplay();
    try {
      const { position } = await write();
      const read = () => pool.read(QUERIES.find, ['x'], { deadline: Deadline.after(10_000), atLeast: position });
      expect((await read()).seen).toBeGreaterThanOrEqual(position);
      // The server is the same, and says that its log ends far before.
      await administer("CREATE FUNCTION public.pg_current_wal_flush_lsn() RETURNS pg_lsn LANGUAGE sql AS $$ SELECT '0/10'::pg_lsn $$");
      await administer('ALTER DATABASE app SET search_path = public, pg_catalog');
      await administer(endSessions);
      await until(() => read().then(() => false, (error: { status?: number }) => error.status === 400));
    } finally {
      await administer('ALTER DATABASE app RESET search_path');
      await administer('DROP FUNCTION IF EXISTS public.pg_current_wal_flush_lsn()');
      await administer(endSessions);
      await cluster.replicas[0]?.server.resumeReplay();
    }
  });
});

describe('connections', () => {
  it('are kept at the minimum, also after every session has been ended', async () => {
    const open = () => pool.primary.connections.counts.idle;
    const pids = async () => (await activity('idle')).map(({ pid }) => pid);
    const before = await pids();
    await cluster.administer(cluster.primary, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test'");
    await until(async () => (await pids()).filter((pid) => !before.includes(pid)).length === 2);
    await until(() => open() === 2);
  });

  it('of queries that were given up are not left running on the server', async () => {
    await expect(pool.primary.query(QUERIES.sleep, [600], Deadline.after(100))).rejects.toMatchObject({ reason: expect.stringMatching(/^(?:late|slow)$/) });
    await until(async () => (await activity('active')).length === 0);
    await until(() => pool.primary.connections.counts.used === 0);
  });

  it('that are all taken are waited for, by so many and not until the deadline', async () => {
    const busy = [0, 1].map(() => pool.primary.query(QUERIES.sleep, [600], Deadline.after(1_000)).catch((error: unknown) => error));
    const waiting = Array.from({ length: 150 }, () => pool.primary.query(QUERIES.find, ['x'], Deadline.after(200)).catch((error: unknown) => error));
    expect(pool.primary.connections.counts.waiting).toBe(100);
    expect(await waiting[149]).toMatchObject({ reason: 'busy' });
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => expect.objectContaining({ reason: 'busy' })));
    await Promise.all(busy);
    await until(() => pool.primary.connections.counts.used === 0);
    expect(pool.primary.connections.counts.waiting).toBe(0);
    // Our own pool was full; nothing speaks against the server but the two.
    expect(pool.primary.breaker?.isOpen).toBe(false);
    await write();
  });
});
