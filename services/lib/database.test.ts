import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Client } from 'pg';
import pino from 'pino';
import type { DatabaseTls } from './config';
import { Database, DatabaseUnavailableError, defineQueries } from './database';
import { BREAKER_FAILURES, DatabaseBreaker } from './database-breaker';
import type { DatabaseAddress } from './database-url';
import { Deadline } from './deadline';
import { Metrics } from './metrics';
import { certificateFor } from './testing/certificate';
import { addressOf } from './testing/database-address';
import { freePort } from './testing/free-port';
import { startPostgres, type Postgres } from './testing/postgres';
import { until } from './testing/service-process';

const QUERIES = defineQueries({
  answer: 'SELECT $1::int AS answer',
  wrong: 'SELECT nothing FROM nowhere',
  sleep: 'SELECT pg_sleep(60)',
  encrypted: 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
});

const tlsFiles = certificateFor('localhost');
const off: DatabaseTls = { kind: 'off' };

let postgres: Postgres;
let address: DatabaseAddress;
const open: Database[] = [];

beforeAll(async () => {
  postgres = await startPostgres({ tls: tlsFiles });
  address = addressOf(await postgres.createDatabase('test'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((database) => database.close()));
});
afterAll(() => postgres.stop());

function connectTo(where: DatabaseAddress, tls: DatabaseTls = off, maximum = 2, breaker?: DatabaseBreaker, minimum = 0): { readonly database: Database; readonly metrics: Metrics; readonly warnings: string[] } {
  const metrics = new Metrics();
  const warnings: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) });
  const database = new Database({ address: where, role: 'primary', pool: { minimum, maximum }, ...(breaker !== undefined && { breaker }) }, { service: 'test-service', tls, metrics, logger });
  open.push(database);
  return { database, metrics, warnings };
}

async function administer(sql: string): Promise<number | null> {
  const client = new Client({ connectionString: postgres.superuserUrl });
  await client.connect();
  const { rowCount } = await client.query(sql);
  await client.end();
  return rowCount;
}

const terminateAll = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test-service'";

it('measures queries by name, role and outcome, and never by their text', async () => {
  const { database, metrics } = connectTo(address);
  expect(await database.query(QUERIES.answer, [42])).toEqual([{ answer: 42 }]);
  await expect(database.query(QUERIES.wrong, [])).rejects.toMatchObject({ code: '42P01' });
  const text = await metrics.registry.metrics();
  expect(text).toContain('database_queries_total{query="answer",role="primary",outcome="ok"} 1');
  expect(text).toContain('database_queries_total{query="wrong",role="primary",outcome="error"} 1');
  expect(text).toContain('database_query_duration_seconds_count{query="answer",role="primary",outcome="ok"} 1');
  expect(text).not.toContain('SELECT');
});

it('tells a database that cannot answer from a statement that is wrong', async () => {
  const nowhere = connectTo({ ...address, port: await freePort() });
  await expect(nowhere.database.query(QUERIES.answer, [1])).rejects.toBeInstanceOf(DatabaseUnavailableError);
  expect(await nowhere.metrics.registry.metrics()).toContain('outcome="unavailable"} 1');
  await expect(connectTo({ ...address, database: 'none' }).database.query(QUERIES.answer, [1])).rejects.toBeInstanceOf(DatabaseUnavailableError);
  await expect(connectTo({ ...address, password: 'wrong' }).database.query(QUERIES.answer, [1])).rejects.toBeInstanceOf(DatabaseUnavailableError);
  await expect(connectTo(address).database.query(QUERIES.wrong, [])).rejects.not.toBeInstanceOf(DatabaseUnavailableError);
});

it('gives up waiting for a connection when every one is taken', async () => {
  const { database } = connectTo(address, off, 1);
  const busy = expect(database.query(QUERIES.sleep, [])).rejects.toBeInstanceOf(DatabaseUnavailableError);
  await expect(database.query(QUERIES.answer, [1])).rejects.toBeInstanceOf(DatabaseUnavailableError);
  await administer(terminateAll);
  await busy;
  expect(await database.query(QUERIES.answer, [1])).toEqual([{ answer: 1 }]);
});

it('does not begin what comes after its deadline', async () => {
  const { database } = connectTo(address);
  await database.query(QUERIES.answer, [1]);
  for (let count = 0; count < 3; count += 1) await expect(database.query(QUERIES.answer, [1], Deadline.after(0))).rejects.toMatchObject({ reason: 'busy' });
  expect(database.connections.totals).toEqual({ begun: 1, refused: 3 });
  // Its connection is as it was.
  expect(database.connections.counts).toEqual({ used: 0, idle: 1, waiting: 0 });
});

it('survives the loss of its idle connections', async () => {
  const { database, warnings } = connectTo(address);
  await database.query(QUERIES.answer, [1]);
  await administer(terminateAll);
  await until(() => warnings.length > 0);
  expect(warnings[0]).toContain('idle database connection lost');
  expect(await database.query(QUERIES.answer, [2])).toEqual([{ answer: 2 }]);
});

it('opens new connections for idle ones that it has lost, up to the minimum', async () => {
  const { database } = connectTo(address, off, 3, undefined, 2);
  database.connections.fill();
  await until(() => database.connections.counts.idle === 2);
  const lost = await administer(terminateAll);
  expect(lost).toBe(2);
  await until(async () => (await administer("SELECT FROM pg_stat_activity WHERE application_name = 'test-service'")) === 2 && database.connections.counts.idle === 2);
});

describe('statements that take longer than they may', () => {
  /** @returns how they end, and whether the server is taken to have failed then */
  const expireAll = async (meanwhile: (database: Database) => Promise<unknown>) => {
    const breaker = new DatabaseBreaker();
    const { database } = connectTo(address, off, BREAKER_FAILURES + 1, breaker);
    let now = 0;
    const deadline = Deadline.after(900, () => now);
    const sleeping = Array.from({ length: BREAKER_FAILURES }, () => database.query(QUERIES.sleep, [], deadline).catch((error: unknown) => error));
    await until(async () => (await administer("SELECT FROM pg_stat_activity WHERE application_name = 'test-service' AND state = 'active'")) === BREAKER_FAILURES);
    await meanwhile(database);
    now = 900;
    const reasons = (await Promise.all(sleeping)).map((error) => error instanceof DatabaseUnavailableError && error.reason);
    return { reasons, isOpen: breaker.isOpen };
  };

  it('do not open the breaker while the server answers others', async () => {
    expect(await expireAll((database) => database.query(QUERIES.answer, [1]))).toEqual({ reasons: Array(BREAKER_FAILURES).fill('slow'), isOpen: false });
  });

  it('do so when it answers nothing', async () => {
    expect(await expireAll(() => Promise.resolve())).toEqual({ reasons: Array(BREAKER_FAILURES).fill('late'), isOpen: true });
  });
});

describe('TLS', () => {
  it('is used and verified against the CA', async () => {
    const { database } = connectTo({ ...address, host: 'localhost' }, { kind: 'verified', caPem: tlsFiles.ca });
    expect(await database.query(QUERIES.encrypted, [])).toEqual([{ ssl: true }]);
  });

  it('is off when configured so, whatever the driver’s own variables say', async () => {
    process.env.PGSSLMODE = 'require';
    try {
      expect(await connectTo(address).database.query(QUERIES.encrypted, [])).toEqual([{ ssl: false }]);
    } finally {
      delete process.env.PGSSLMODE;
    }
  });

  it('refuses a server that another authority signed', async () => {
    const { database } = connectTo({ ...address, host: 'localhost' }, { kind: 'verified', caPem: certificateFor('localhost').ca });
    await expect(database.query(QUERIES.answer, [1])).rejects.toMatchObject({ cause: { code: expect.stringMatching(/SIGNATURE|ISSUER|CERT/) } });
  });

  it('refuses a server without TLS, rather than go on unencrypted', async () => {
    // A server's whole answer to a client that asks for TLS where there is none.
    const plain = createServer((socket) => socket.once('data', () => socket.write('N'))).listen(await freePort(), 'localhost');
    await once(plain, 'listening');
    try {
      const { port } = plain.address() as AddressInfo;
      const { database } = connectTo({ ...address, host: 'localhost', port }, { kind: 'verified', caPem: tlsFiles.ca });
      await expect(database.query(QUERIES.answer, [1])).rejects.toMatchObject({ cause: { message: 'The server does not support SSL connections' } });
    } finally {
      plain.close();
    }
  });
});
