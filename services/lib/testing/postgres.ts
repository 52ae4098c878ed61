import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client, escapeIdentifier } from 'pg';
import { freePort } from './free-port';
import { createTemplate, giveTo, postgresEnvironment, writeOwned, type Template } from './postgres-template';

const run = promisify(execFile);

export interface PostgresOptions {
  /** PEM certificate and key; with them the server offers TLS. @default none */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** A Postgres server of its own on this machine, listening on 127.0.0.1 only, with a password of its own. */
export interface Postgres {
  readonly port: number;
  readonly superuserUrl: string;
  /** Makes a database and returns its URL. */
  readonly createDatabase: (name: string) => Promise<string>;
  /** Ends every session, stops the server, removes its files. */
  readonly stop: () => Promise<void>;
}

const START_ATTEMPTS = 10;
const START_TIMEOUT_MILLIS = 30_000;

/** Servers of one process share one template; the last one to stop removes it. */
let shared: { readonly template: Promise<Template>; users: number } | undefined;

/**
 * Starts a Postgres server for tests and for the platform on one machine. Its data does not survive `stop()`, nor the
 * end of this process, however that comes about: a guard then stops the server and removes its files.
 *
 * @throws Error when the binaries of this platform are not installed, or the server does not start
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  shared ??= { template: createTemplate(), users: 0 };
  const own = shared;
  own.users += 1;
  const release = async (): Promise<void> => {
    own.users -= 1;
    if (own.users > 0) return;
    if (shared === own) shared = undefined;
    // Undefined when the template was never made, which removed what there was of it.
    const template = await own.template.catch(() => undefined);
    if (template !== undefined) await rm(template.folder, { recursive: true, force: true });
  };
  try {
    const template = await own.template;
    const server = await startServer(template, options);
    return handle(server, template, release);
  } catch (error) {
    await release();
    throw error;
  }
}

interface Server {
  readonly port: number;
  readonly process: ChildProcess;
  readonly guard: ChildProcess;
  readonly folder: string;
}

function handle({ port, process: server, guard, folder }: Server, template: Template, release: () => Promise<void>): Postgres {
  const urlOf = (database: string): string => `postgres://postgres:${template.superuserPassword}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await end(server, 'SIGINT');
    await rm(folder, { recursive: true, force: true });
    await end(guard, 'SIGKILL');
    await release();
  };
  return {
    port,
    superuserUrl: urlOf('postgres'),
    createDatabase: async (name) => {
      const client = new Client({ connectionString: urlOf('postgres') });
      await client.connect();
      try {
        await client.query(`CREATE DATABASE ${escapeIdentifier(name)}`);
      } finally {
        await client.end();
      }
      return urlOf(name);
    },
    stop: () => (stopped ??= stop()),
  };
}

async function startServer(template: Template, { tls }: PostgresOptions): Promise<Server> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rechain-postgres-'));
  const guard = startGuard([folder, template.folder]);
  try {
    const data = path.join(folder, 'data');
    await giveTo(template.user, folder);
    // As the user that will own the files; Node's own copy would leave them with this one.
    await run('cp', ['-R', template.data, data], { ...template.user, cwd: folder });
    if (tls !== undefined) {
      await writeOwned(template.user, path.join(data, 'server.crt'), tls.certificate);
      await writeOwned(template.user, path.join(data, 'server.key'), tls.key);
    }
    for (let attempt = 1; attempt <= START_ATTEMPTS; attempt += 1) {
      const port = await freePort();
      const server = await tryStart(template, folder, port, tls !== undefined);
      if (server !== undefined) return { port, process: server, guard, folder };
    }
    throw new Error(`Postgres found every one of ${START_ATTEMPTS} free ports taken`);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    await end(guard, 'SIGKILL');
    throw error;
  }
}

/** @returns undefined when another process took the port first */
async function tryStart({ binaries, user, superuserPassword }: Template, folder: string, port: number, tls: boolean): Promise<ChildProcess | undefined> {
  const logFile = path.join(folder, 'log');
  const log = openSync(logFile, 'w');
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    // Survives a crash of the server; only a crash of the machine would lose writes, and the data with it.
    fsync: 'off',
    ssl: tls ? 'on' : 'off',
  };
  const server = spawn(
    path.join(binaries, 'bin', 'postgres'),
    ['-D', path.join(folder, 'data'), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // A group of its own: Ctrl-C must reach the services, which drain, and not the database under them.
    { ...user, cwd: folder, env: postgresEnvironment, stdio: ['ignore', log, log], detached: true },
  );
  closeSync(log);
  // Rejects when it cannot be spawned.
  await once(server, 'spawn');
  try {
    if (await answers(server, `postgres://postgres:${superuserPassword}@127.0.0.1:${port}/postgres`)) {
      server.unref();
      return server;
    }
  } catch (error) {
    await end(server, 'SIGKILL');
    throw error;
  }
  const text = await readFile(logFile, 'utf8');
  if (text.includes('Address already in use')) return undefined;
  throw new Error(`Postgres ended while it started:\n${text.slice(-2_000)}`);
}

/** Whether a connection succeeds before the process ends. */
async function answers(server: ChildProcess, url: string): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT_MILLIS;
  while (Date.now() < deadline) {
    if (hasEnded(server)) return false;
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch {
      await sleep(20);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  throw new Error(`Postgres did not answer within ${START_TIMEOUT_MILLIS} ms`);
}

/**
 * A shell that waits for the end of this process, which closes the pipe, and cleans up after it. Nothing in this
 * process could: after SIGKILL none of its code runs.
 */
function startGuard(folders: readonly string[]): ChildProcess {
  // Gone is told by the pid file, since a container whose first process reaps nothing keeps dead ones; and 10 s bound the wait.
  const script = `
    read -r _
    pid_file=$1/data/postmaster.pid
    kill -QUIT "$(head -n 1 "$pid_file")"
    for _ in $(seq 100); do test -e "$pid_file" && sleep 0.1; done
    rm -rf "$@"
  `;
  const guard = spawn('/bin/sh', ['-c', script, 'sh', ...folders], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
  guard.unref();
  return guard;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const exit = once(child, 'exit');
  // Whoever waits here must not find the event loop empty.
  child.ref();
  child.kill(signal);
  await exit;
}
