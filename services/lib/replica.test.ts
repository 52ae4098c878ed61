import { Client } from 'pg';
import pino from 'pino';
import { defineQueries } from './database';
import { parseDatabaseUrl } from './database-url';
import { Deadline } from './deadline';
import { Metrics } from './metrics';
import { Replica } from './replica';
import { startPostgres } from './testing/postgres';
import { until } from './testing/service-process';

const QUERIES = defineQueries({ sleep: 'SELECT pg_sleep(600)' });

it('that ends one statement is where it was; one that ends a session may have been started anew', async () => {
  const postgres = await startPostgres();
  const url = await postgres.createDatabase('test');
  const address = parseDatabaseUrl(url);
  if ('limit' in address) throw new Error(address.limit);
  const replica = new Replica(
    { address, number: 0, pool: { minimum: 0, maximum: 2 }, maximumLagSeconds: 5, probeSeconds: 5 },
    { service: 'test', tls: { kind: 'off' }, metrics: new Metrics(), logger: pino({ level: 'silent' }) },
  );
  const administrator = new Client({ connectionString: url });
  await administrator.connect();
  const endBy = async (call: string): Promise<unknown> => {
    const sleeping = replica.query(QUERIES.sleep, [], Deadline.after(60_000)).catch((error: unknown) => error);
    await until(async () => (await administrator.query(`SELECT ${call}(pid) FROM pg_stat_activity WHERE application_name = 'test' AND state = 'active'`)).rowCount === 1);
    return sleeping;
  };
  try {
    expect(await endBy('pg_cancel_backend')).toMatchObject({ reason: 'late' });
    expect(replica.restarts).toBe(0);
    expect(await endBy('pg_terminate_backend')).toMatchObject({ name: 'DatabaseUnavailableError' });
    expect(replica.restarts).toBe(1);
  } finally {
    await administrator.end();
    await replica.close();
    await postgres.stop();
  }
});
