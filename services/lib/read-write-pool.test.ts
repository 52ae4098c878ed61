import pino from 'pino';
import { defineQueries, type Query } from './database';
import { Deadline } from './deadline';
import { Metrics } from './metrics';
import { ReadWritePool, type ReadOptions } from './read-write-pool';
import { addressOf } from './testing/database-address';
import { startCluster, type PostgresCluster } from './testing/postgres-cluster';
import { until } from './testing/service-process';
import type { TcpProxy } from './testing/tcp-proxy';
import { UNREACHED_POSITION } from './wal-position';

const QUERIES = defineQueries({
  insert: 'INSERT INTO things (name) VALUES ($1) RETURNING name',
  find: 'SELECT name FROM things WHERE name = $1',
  port: 'SELECT inet_server_port() AS port',
  wrong: 'SELECT nothing FROM nowhere',
  sleep: 'SELECT inet_server_port() AS port FROM pg_sleep($1)',
});

const SLEEPING = "SELECT pid FROM pg_stat_activity WHERE application_name = 'test' AND state = 'active' AND query LIKE '%pg_sleep%'";

let cluster: PostgresCluster;
const open: ReadWritePool[] = [];

beforeAll(async () => {
  cluster = await startCluster('app', 2);
  await cluster.administer(cluster.primary, 'CREATE TABLE things (name text PRIMARY KEY)');
  await Promise.all(cluster.replicas.map(({ server }) => server.caughtUp()));
});
afterEach(async () => {
  const servers = [cluster.primary, ...cluster.replicas];
  for (const { proxy } of servers) proxy.release();
  await Promise.all(servers.map(({ proxy }) => proxy.restore()));
  await Promise.all(open.splice(0).map((pool) => pool.close()));
});
afterAll(() => cluster.stop());

interface Settings {
  readonly replicas?: readonly { readonly url: string }[];
  readonly maximumLagSeconds?: number;
  readonly probeSeconds?: number;
  readonly primaryPool?: number;
  readonly sampleSeconds?: number;
}

/** A pool over the proxies; `metric` reads one line of its metrics. */
function connect({ replicas = cluster.replicas, maximumLagSeconds = 5, probeSeconds = 0.3, primaryPool = 4, sampleSeconds = 0.1 }: Settings = {}) {
  const metrics = new Metrics();
  const warnings: unknown[] = [];
  const pool = new ReadWritePool(
    {
      kind: 'primary-and-replicas',
      primary: { address: addressOf(cluster.primary.url), pool: { minimum: 0, maximum: primaryPool } },
      replicas: { addresses: replicas.map(({ url }) => addressOf(url)), pool: { minimum: 0, maximum: 4 }, maximumLagSeconds, probeSeconds, sampleSeconds },
    },
    { service: 'test', tls: { kind: 'off' }, metrics, logger: pino({ level: 'warn' }, { write: (line) => void warnings.push((JSON.parse(line) as { msg: unknown }).msg) }) },
  );
  open.push(pool);
  const metric = async (line: string): Promise<number> => {
    return Number((await metrics.registry.metrics()).split('\n').find((candidate) => candidate.startsWith(`${line} `))?.slice(line.length + 1) ?? NaN);
  };
  return { pool, metric, warnings };
}

const soon = (): ReadOptions => ({ deadline: Deadline.after(10_000) });
const untilHealthy = ({ pool }: { readonly pool: ReadWritePool }, count = 2): Promise<void> => until(() => pool.replicas.filter(({ state }) => state === 'healthy').length === count);
/** The ports that so many reads were answered from, each once. */
async function portsOf(pool: ReadWritePool, reads: number, options = soon): Promise<readonly unknown[]> {
  const results = await Promise.all(Array.from({ length: reads }, () => pool.read<{ port: number }>(QUERIES.port, [], options())));
  return [...new Set(results.flatMap(({ rows }) => rows.map(({ port }) => port)))].sort();
}
const portsOfReplicas = (): readonly number[] => cluster.replicas.map(({ server }) => server.port).sort();
let names = 0;
const newName = (): string => `thing ${(names += 1)}`;

describe('reads', () => {
  it('go to the replicas in turn, writes to the primary', async () => {
    const connected = connect();
    await untilHealthy(connected);
    const { pool, metric, warnings } = connected;
    expect(await portsOf(pool, 20)).toEqual(portsOfReplicas());
    const [one = NaN, other = NaN] = await Promise.all([0, 1].map((number) => metric(`database_attempts_total{role="replica",number="${number}"}`)));
    expect(Math.abs(one - other)).toBeLessThan(5);
    const name = newName();
    expect((await pool.write(QUERIES.insert, [name], soon())).rows).toEqual([{ name }]);
    expect(await metric('database_fallbacks_total{to="primary"}')).toBe(0);
    expect(warnings).toEqual([]);
  });

  it('go to the primary where there is no replica, without a cap', async () => {
    expect(await portsOf(connect({ replicas: [], primaryPool: 1 }).pool, 50)).toEqual([cluster.primary.server.port]);
  });

  it('do not follow an error of SQL, not even one that only a replica has', async () => {
    const connected = connect();
    await untilHealthy(connected);
    for (const [query, values, code] of Array.from({ length: 10 }, () => [[QUERIES.wrong, [], '42P01'], [QUERIES.insert, [newName()], '25006']] as const).flat()) {
      await expect(connected.pool.read(query, values, soon())).rejects.toMatchObject({ code });
    }
    expect(connected.pool.replicas.map(({ state }) => state)).toEqual(['healthy', 'healthy']);
    // A sample that is under way has been attempted only.
    await until(async () => (await connected.metric('database_attempts_total{role="primary",number="0"}')) === (await connected.metric('database_queries_total{query="replayedPosition",role="primary",outcome="ok"}')));
  });
});

describe('read-your-writes', () => {
  it('a read with the position of a write is answered by a server that has it, whichever pool asks', async () => {
    const [writer, reader] = [connect(), connect()];
    await untilHealthy(writer);
    await untilHealthy(reader);
    await Promise.all(cluster.replicas.map(({ server }) => server.pauseReplay()));
    try {
      for (let count = 0; count < 20; count += 1) {
        const name = newName();
        const { position } = await writer.pool.write(QUERIES.insert, [name], soon());
        expect(await reader.pool.read(QUERIES.find, [name], { ...soon(), atLeast: position })).toMatchObject({ rows: [{ name }] });
        // Its twin: without the position the replicas answer, which do not have it.
        expect([(await reader.pool.read(QUERIES.find, [name], soon())).rows, reader.warnings]).toEqual([[], []]);
      }
    } finally {
      await Promise.all(cluster.replicas.map(({ server }) => server.resumeReplay()));
    }
  });

  it('replicas answer again once they have replayed the write', async () => {
    const connected = connect();
    await untilHealthy(connected);
    const { position } = await connected.pool.write(QUERIES.insert, [newName()], soon());
    await until(() => connected.pool.replicas.every((replica) => replica.serves(position)));
    expect(await portsOf(connected.pool, 20, () => ({ ...soon(), atLeast: position }))).toEqual(portsOfReplicas());
    const { seen } = await connected.pool.read(QUERIES.port, [], soon());
    expect(seen).toBeGreaterThanOrEqual(position);
  });

  it('a replica that ends sessions, and may have been started anew, is not trusted to be where it was', async () => {
    const { position } = await connect().pool.write(QUERIES.insert, [newName()], soon());
    await cluster.replicas[0]?.server.caughtUp();
    // It asks once where the replica is, and not again before this is over.
    const { pool, metric } = connect({ replicas: cluster.replicas.slice(0, 1), sampleSeconds: 60 });
    await until(() => pool.replicas.every((replica) => replica.serves(position)));
    await portsOf(pool, 20);
    const replica = cluster.replicas[0] ?? cluster.primary;
    const readAll = (query: Query, values: readonly unknown[], positions: readonly number[]) => positions.map((atLeast) => pool.read<{ port: number }>(query, values, { ...soon(), atLeast }));
    // The second ones wait for a connection meanwhile.
    const [reads, waiting] = [readAll(QUERIES.sleep, [1.5], [position, 0, 0, 0]), readAll(QUERIES.port, [], [position, 0])];
    await until(async () => (await cluster.administer(replica, SLEEPING)).length === 4);
    await cluster.administer(replica, `SELECT pg_terminate_backend(pid) FROM (${SLEEPING}) AS sleeping`);
    for (const [needing, ...others] of [reads, waiting]) {
      expect(await needing).toMatchObject({ rows: [{ port: cluster.primary.server.port }] });
      // Their twins, which need no position, are answered by a new session, and know of none.
      for (const other of others) expect(await other).toEqual({ rows: [{ port: replica.server.port }], seen: 0 });
    }
    expect(await metric('database_fallbacks_total{to="primary"}')).toBe(2);
  });

  it('a position that nobody has reached is the primary’s, and says nothing about it', async () => {
    const connected = connect();
    await untilHealthy(connected);
    expect(await portsOf(connected.pool, 20, () => ({ ...soon(), atLeast: UNREACHED_POSITION }))).toEqual([cluster.primary.server.port]);
    const { seen } = await connected.pool.read(QUERIES.port, [], { ...soon(), atLeast: UNREACHED_POSITION });
    expect(seen).toBeLessThan(UNREACHED_POSITION);
  });
});

describe('a replica that fails', () => {
  it.each([
    ['is gone', (proxy: TcpProxy) => proxy.cut(), (proxy: TcpProxy) => proxy.restore()],
    ['accepts and never answers', (proxy: TcpProxy) => proxy.hold(), (proxy: TcpProxy) => proxy.release()],
  ])('and %s costs no read, is out after three failures, and comes back by a probe', async (_name, fail, recover) => {
    const connected = connect();
    const { pool, metric } = connected;
    await untilHealthy(connected);
    const [lost, kept] = cluster.replicas;
    if (lost === undefined) throw new Error('there are two replicas');
    await portsOf(pool, 20);
    await fail(lost.proxy);
    while (pool.replicas[0]?.state === 'healthy') await pool.read(QUERIES.port, [], { deadline: Deadline.after(1_000) });
    expect(await portsOf(pool, 20)).toEqual([kept?.server.port]);
    expect(await metric('database_replica_state{replica="0",state="ejected"}')).toBe(1);
    expect(await metric('database_replica_ejections_total{replica="0"}')).toBe(1);
    expect(await metric('database_fallbacks_total{to="primary"}')).toBe(0);
    expect(pool.replicas[1]?.state).toBe('healthy');
    await recover(lost.proxy);
    await untilHealthy(connected);
    expect(await portsOf(pool, 20)).toEqual(portsOfReplicas());
  });

  it('gives what waits for it to another one at once', async () => {
    const connected = connect();
    const { pool } = connected;
    await untilHealthy(connected);
    await portsOf(pool, 20);
    cluster.replicas[0]?.proxy.hold();
    // These have a deadline far away, and leave it one connection; the others are given up soon, and take it out.
    const patient = Array.from({ length: 6 }, () => pool.read<{ port: number }>(QUERIES.port, [], { deadline: Deadline.after(3_600_000) }));
    while (pool.replicas[0]?.state === 'healthy') await pool.read(QUERIES.port, [], { deadline: Deadline.after(400) }).catch(() => undefined);
    const ports = (await Promise.all(patient)).flatMap(({ rows }) => rows.map(({ port }) => port));
    expect([...new Set(ports)]).toEqual([cluster.replicas[1]?.server.port]);
  });

  it('gives what waits for it to the primary when there is no other one', async () => {
    const connected = connect({ replicas: cluster.replicas.slice(0, 1) });
    const { pool } = connected;
    await untilHealthy(connected, 1);
    await portsOf(pool, 20);
    cluster.replicas[0]?.proxy.hold();
    // These take its connections, and are given up soon; the others wait for one of them.
    const hasty = Array.from({ length: 4 }, () => pool.read(QUERIES.port, [], { deadline: Deadline.after(800) }).catch(() => undefined));
    const patient = Array.from({ length: 6 }, () => pool.read<{ port: number }>(QUERIES.port, [], { deadline: Deadline.after(3_600_000) }));
    expect(pool.replicas[0]?.database.connections.counts.waiting).toBeGreaterThanOrEqual(6);
    const ports = (await Promise.all(patient)).flatMap(({ rows }) => rows.map(({ port }) => port));
    expect([...new Set(ports)]).toEqual([cluster.primary.server.port]);
    await Promise.all(hasty);
  });

  it('is out from the start when it cannot be reached then', async () => {
    await cluster.replicas[1]?.proxy.cut();
    const connected = connect();
    await untilHealthy(connected, 1);
    expect(await portsOf(connected.pool, 20)).toEqual([cluster.replicas[0]?.server.port]);
    expect(await connected.metric('database_replica_state{replica="1",state="ejected"}')).toBe(1);
    await cluster.replicas[1]?.proxy.restore();
    await untilHealthy(connected);
  });

  it('whose sessions are ended stays in: a new connection serves', async () => {
    const connected = connect();
    await untilHealthy(connected);
    await portsOf(connected.pool, 40);
    const busy = Array.from({ length: 8 }, () => connected.pool.read(QUERIES.sleep, [0.2], soon()));
    await until(async () => (await connected.metric('database_connections{role="replica",number="0",state="used"}')) > 0);
    for (const server of cluster.replicas) await cluster.administer(server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test'");
    await Promise.all(busy);
    expect(await portsOf(connected.pool, 40)).toEqual(portsOfReplicas());
    expect(await connected.metric('database_fallbacks_total{to="primary"}')).toBe(0);
    expect(connected.pool.replicas.map(({ ejections }) => ejections)).toEqual([0, 0]);
  });
});

describe('a replica that lags', () => {
  it('gets no reads until it has caught up', async () => {
    const connected = connect({ maximumLagSeconds: 0.5 });
    const { pool, metric } = connected;
    await untilHealthy(connected);
    const [slow, quick] = cluster.replicas;
    await slow?.server.pauseReplay();
    try {
      await pool.write(QUERIES.insert, [newName()], soon());
      await until(async () => (await metric('database_replica_state{replica="0",state="lagging"}')) === 1);
      expect(await metric('database_replica_lag_seconds{replica="0"}')).toBeGreaterThan(0.5);
      expect(await portsOf(pool, 20)).toEqual([quick?.server.port]);
    } finally {
      await slow?.server.resumeReplay();
    }
    await untilHealthy(connected);
    expect(await portsOf(pool, 20)).toEqual(portsOfReplicas());
  });
});

describe('without replicas that answer', () => {
  it('the primary reads up to a cap; beyond it reads are refused at once, writes are not', async () => {
    const { pool, metric, warnings } = connect();
    await Promise.all(cluster.replicas.map(({ proxy }) => proxy.cut()));
    await until(() => pool.replicas.every(({ state }) => state === 'ejected'));
    const outcomes = Array.from({ length: 120 }, () => pool.read(QUERIES.sleep, [0.5], soon()).then(() => 'read', (error: unknown) => error));
    expect(await metric('database_primary_reads_refused_total')).toBe(18);
    // The cap is half the pool, and so many may wait.
    expect(await metric('database_connections{role="primary",number="0",state="used"}')).toBeLessThanOrEqual(3);
    const name = newName();
    expect((await pool.write(QUERIES.insert, [name], soon())).rows).toEqual([{ name }]);
    await Promise.all(outcomes.slice(102));
    expect(await outcomes[119]).toMatchObject({ reason: 'refused' });
    expect(warnings.filter((text) => text === 'the primary is read in place of replicas')).toHaveLength(1);
    await cluster.administer(cluster.primary, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'test'");
  });
});
