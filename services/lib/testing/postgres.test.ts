import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { Client } from 'pg';
import { startPostgres } from './postgres';
import { until } from './service-process';

async function query(connectionString: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString });
  await client.connect();
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
  const postgres = await startPostgres();
  try {
    const wrong = new URL(postgres.superuserUrl);
    wrong.password = 'postgres';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    wrong.password = '';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password');
  } finally {
    await postgres.stop();
  }
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
