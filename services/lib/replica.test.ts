import { Client } from 'pg';
import pino from 'pino';
import { defineQueries } from './database';
import { Deadline } from './deadline';
import { Metrics } from './metrics';
import { Replica } from './replica';
import { FAILURE_LIMIT } from './replica-health';
import { PrimaryHistory } from './replica-lag';
import { addressOf } from './testing/database-address';
import { startPostgres, type Postgres } from './testing/postgres';
import { until } from './testing/service-process';

const QUERIES = defineQueries({ answer: 'SELECT 1 AS answer', sleep: 'SELECT pg_sleep(600)' });
const SLEEPING = "SELECT pid FROM pg_stat_activity WHERE application_name = 'test' AND state = 'active'";

let postgres: Postgres;
let administrator: Client;
let replica: Replica;

beforeAll(async () => {
  postgres = await startPostgres();
  administrator = new Client({ connectionString: await postgres.createDatabase('test') });
  await administrator.connect();
});
beforeEach(() => {
  replica = new Replica(
    { address: addressOf(postgres.urlOf('test')), number: 0, pool: { minimum: 0, maximum: FAILURE_LIMIT + 2 }, maximumLagSeconds: 5, probeSeconds: 5 },
    { service: 'test', tls: { kind: 'off' }, metrics: new Metrics(), logger: pino({ level: 'silent' }) },
  );
});
afterEach(async () => {
  await administrator.query(`SELECT pg_terminate_backend(pid) FROM (${SLEEPING}) AS sleeping`);
  await replica.close();
});
afterAll(async () => {
  await administrator.end();
  await postgres.stop();
});

const asleep = async (): Promise<number | null> => (await administrator.query(SLEEPING)).rowCount;

it('that ends one statement is where it was; one that ends a session may have been started anew', async () => {
  const endBy = async (call: string): Promise<unknown> => {
    const sleeping = replica.query(QUERIES.sleep, [], Deadline.after(60_000)).catch((error: unknown) => error);
    await until(async () => (await administrator.query(`SELECT ${call}(pid) FROM (${SLEEPING}) AS sleeping`)).rowCount === 1);
    return sleeping;
  };
  expect(await endBy('pg_cancel_backend')).toMatchObject({ reason: 'slow' });
  expect(replica.restarts).toBe(0);
  expect(await endBy('pg_terminate_backend')).toMatchObject({ name: 'DatabaseUnavailableError' });
  expect(replica.restarts).toBe(1);
});

describe('whose reads all pass their deadline at once', () => {
  const expireAll = async (meanwhile: () => Promise<unknown>) => {
    await replica.sample(() => Promise.resolve(1), new PrimaryHistory(), true);
    let now = 0;
    const others = [replica.query(QUERIES.sleep, [], Deadline.after(3_600_000)).catch((error: unknown) => error)];
    const reads = Array.from({ length: FAILURE_LIMIT }, () => replica.query(QUERIES.sleep, [], Deadline.after(400, () => now)).catch((error: unknown) => error));
    await until(async () => (await asleep()) === FAILURE_LIMIT + 1);
    await meanwhile();
    now = 400;
    const reasons = (await Promise.all(reads)).map((error) => (error as { readonly reason?: string }).reason);
    return { reasons, others };
  };

  it('stays in while it answers others', async () => {
    const { reasons } = await expireAll(() => replica.query(QUERIES.answer, [], Deadline.after(60_000)));
    expect(reasons).toEqual(Array(FAILURE_LIMIT).fill('slow'));
    expect(replica).toMatchObject({ state: 'healthy', failures: 0, ejections: 0 });
    // What it does for others goes on, and it may have been started anew all the same.
    expect(replica.database.connections.counts.used).toBe(1);
    expect(replica.restarts).toBe(FAILURE_LIMIT);
  });

  it('is out when it answers nothing', async () => {
    const { reasons, others } = await expireAll(() => Promise.resolve());
    expect(reasons).toEqual(Array(FAILURE_LIMIT).fill('late'));
    expect(replica).toMatchObject({ state: 'ejected', failures: FAILURE_LIMIT, ejections: 1 });
    expect(await others[0]).toMatchObject({ reason: 'refused' });
  });
});
