import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { Client } from 'pg';
import { startPostgres, type Postgres } from './postgres';
import { until } from './service-process';

let primary: Postgres;
beforeAll(async () => {
  primary = await startPostgres();
});
afterAll(() => primary.stop());

async function query(connectionString: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString });
  await client.connect();
  client.on('error', () => undefined);
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

it('starts servers of their own, which leave nothing behind', async () => {
  const [one, other] = await Promise.all([startPostgres(), startPostgres()]);
  const url = await one.createDatabase('a "name"');
  expect(await query(url, 'SELECT current_database() AS name, pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = current_database()')).toEqual([{ name: 'a "name"', encoding: 'UTF8' }]);
  expect(await query(other.superuserUrl, "SELECT count(*)::int AS databases FROM pg_database WHERE datname LIKE 'a %'")).toEqual([{ databases: 0 }]);
  const [settings] = await query(one.superuserUrl, "SELECT current_setting('data_directory') AS folder, current_setting('listen_addresses') AS listen, current_setting('unix_socket_directories') AS sockets");
  expect(settings).toMatchObject({ listen: '127.0.0.1', sockets: '' });
  await one.stop();
  expect(await accepts(one.port)).toBe(false);
  expect(existsSync(path.dirname(String(settings?.folder)))).toBe(false);
  expect(await query(other.superuserUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await Promise.all([other.stop(), other.stop(), one.stop()]);
});

it('lets nobody in without the password', async () => {
  const wrong = new URL(primary.superuserUrl);
  wrong.password = 'postgres';
  await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  wrong.password = '';
  await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password');
});

it('ends with a process that was killed', async () => {
  const script = `
    const { startPostgres } = require(${JSON.stringify(path.join(__dirname, 'postgres.ts'))});
    startPostgres().then(({ superuserUrl }) => { console.log(superuserUrl); setInterval(() => {}, 1000); });
  `;
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', script], { cwd: path.resolve(__dirname, '..', '..', '..'), stdio: ['ignore', 'pipe', 'inherit'] });
  const [line]: unknown[] = await once(child.stdout, 'data');
  const url = String(line).trim();
  const [settings] = await query(url, "SELECT current_setting('data_directory') AS folder");
  child.kill('SIGKILL');
  await until(async () => !(await accepts(Number(new URL(url).port))) && !existsSync(path.dirname(String(settings?.folder))));
});

describe('a replica', () => {
  let url: string;
  beforeAll(async () => {
    url = await primary.createDatabase('app');
    await query(url, 'CREATE TABLE things (number int)');
  });
  const count = async (where: string): Promise<unknown> => (await query(where, 'SELECT count(*)::int AS count FROM things'))[0]?.['count'];

  it('has what its primary had when it was asked for, and follows it', async () => {
    await query(url, 'TRUNCATE things; INSERT INTO things VALUES (1)');
    const replica = await primary.startReplica();
    expect(await count(replica.urlOf('app'))).toBe(1);
    await expect(query(replica.urlOf('app'), 'INSERT INTO things VALUES (2)')).rejects.toMatchObject({ code: '25006' });
    await query(url, 'INSERT INTO things VALUES (2)');
    await replica.caughtUp();
    expect(await count(replica.urlOf('app'))).toBe(2);
  });

  it('stands still while its replay is paused', async () => {
    await query(url, 'TRUNCATE things');
    const replica = await primary.startReplica();
    await replica.pauseReplay();
    await query(url, 'INSERT INTO things VALUES (1)');
    const received = `SELECT WHERE pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()`;
    await until(async () => (await query(replica.superuserUrl, received)).length === 1);
    expect(await count(replica.urlOf('app'))).toBe(0);
    await replica.resumeReplay();
    await replica.caughtUp();
    expect(await count(replica.urlOf('app'))).toBe(1);
  });

  it('outlives the crash of its primary, and follows it again', async () => {
    await query(url, 'TRUNCATE things; INSERT INTO things VALUES (1)');
    const replica = await primary.startReplica();
    // A session at work, which a crash of the server alone would leave behind.
    const busy = expect(query(url, 'SELECT pg_sleep(60)')).rejects.toThrow('Connection terminated');
    await until(async () => (await query(url, "SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'")).length === 1);
    await primary.kill();
    await busy;
    expect(await accepts(primary.port)).toBe(false);
    expect(await count(replica.urlOf('app'))).toBe(1);
    await primary.restart();
    await query(url, 'INSERT INTO things VALUES (2)');
    await replica.caughtUp();
    expect(await count(replica.urlOf('app'))).toBe(2);
    await replica.kill();
    expect(await accepts(replica.port)).toBe(false);
  });
});
