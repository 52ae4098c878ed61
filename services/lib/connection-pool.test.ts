import { ConnectionPool, OPENING_MAXIMUM } from './connection-pool';
import type { Work } from './connection-use';
import { clientOptions } from './database';
import { DatabaseUnavailableError } from './database-error';
import { Deadline } from './deadline';
import { addressOf } from './testing/database-address';
import { startPostgres, type Postgres } from './testing/postgres';
import { until } from './testing/service-process';
import { TcpProxy } from './testing/tcp-proxy';

const MAXIMUM = 20;
/** So long that nothing is late but what is to be. */
const PATIENCE_MILLIS = 60_000;
/** First byte of what a server sends to log somebody in. */
const AUTHENTICATION = 'R';

let postgres: Postgres;
let databaseUrl: string;
let proxy: TcpProxy;
let pool: ConnectionPool;

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase('test');
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  const before = await TcpProxy.before(databaseUrl);
  proxy = before.proxy;
  pool = new ConnectionPool({ client: clientOptions(addressOf(before.url), { kind: 'off' }, 'test-service'), size: { minimum: 10, maximum: MAXIMUM }, role: 'primary', onIdleLoss: () => undefined, onOutcome: () => undefined });
});
afterEach(async () => {
  pool.breakAll(new DatabaseUnavailableError(undefined, 'refused'));
  await pool.close();
  await proxy.cut();
});

const backend: Work<number> = (client, settle) => {
  client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid', (error: Error | null, result) => (error ? settle.reject(error) : settle.resolve(result.rows[0]?.pid ?? NaN)));
};

/** Why it came to nothing, or what came of it. */
function use(place: 'first' | 'last' = 'last', millis = PATIENCE_MILLIS): Promise<unknown> {
  return pool.run(backend, Deadline.after(millis), place).catch((error: unknown) => (error instanceof DatabaseUnavailableError ? error.reason : error));
}

const uses = (count: number): readonly Promise<unknown>[] => Array.from({ length: count }, () => use());

/** Whatever the pool does without an answer of the server, it has done. */
async function untilOpening(count: number): Promise<void> {
  await until(() => proxy.acceptedAt.length >= count);
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  expect(proxy.acceptedAt).toHaveLength(count);
}

describe('connections that are being opened', () => {
  it('are few at one time, however many uses wait for one', async () => {
    proxy.hold();
    void uses(MAXIMUM);
    await untilOpening(OPENING_MAXIMUM);
    expect(pool.counts).toEqual({ used: OPENING_MAXIMUM, idle: 0, waiting: MAXIMUM - OPENING_MAXIMUM });
  });

  it('are few for the minimum as well, and then it is reached', async () => {
    pool.fill();
    await untilOpening(OPENING_MAXIMUM);
    await until(() => pool.counts.idle === 10);
    expect(proxy.acceptedAt).toHaveLength(10);
  });

  it('are not in the way of those that follow once all who wait are refused', async () => {
    proxy.hold();
    const refused = uses(MAXIMUM);
    await untilOpening(OPENING_MAXIMUM);
    pool.refuseUnconnected(new DatabaseUnavailableError(undefined, 'refused'));
    expect(await Promise.all(refused)).toEqual(Array(MAXIMUM).fill('refused'));
    void use();
    await untilOpening(OPENING_MAXIMUM + 1);
  });
});

it('what waits for a connection takes any that comes free', async () => {
  const pid = await use();
  // No other one is opened before it is given up.
  proxy.delay(2_500, (answer) => answer.toString('latin1', 0, 1) === AUTHENTICATION);
  expect(await Promise.all(uses(MAXIMUM))).toEqual(Array(MAXIMUM).fill(pid));
});

it('what goes ahead of others has the first connection that is opened', async () => {
  const order: string[] = [];
  const noted = (place: 'first' | 'last'): Work<number> => (client, settle) => {
    order.push(place);
    backend(client, settle);
  };
  const all = ['last', 'last', 'last', 'last', 'last', 'last', 'first'] as const;
  await Promise.all(all.map((place) => pool.run(noted(place), Deadline.after(PATIENCE_MILLIS), place)));
  expect(order).toEqual(['first', ...Array<string>(6).fill('last')]);
});

it('what is late waits for a connection no more', async () => {
  proxy.hold();
  void uses(OPENING_MAXIMUM);
  await untilOpening(OPENING_MAXIMUM);
  const late = use('last', 100);
  expect(pool.counts.waiting).toBe(1);
  expect(await late).toBe('late');
  expect(pool.counts.waiting).toBe(0);
});

it('one that cannot be opened is told to who has waited longest, and the next one is tried', async () => {
  await proxy.cut();
  expect(await Promise.all(uses(MAXIMUM))).toEqual(Array(MAXIMUM).fill('failed'));
  await proxy.restore();
  expect(await use()).toEqual(expect.any(Number));
});
