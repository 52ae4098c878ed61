import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './free-port';
import { giveTo, postgresEnvironment, writeOwned, type Template } from './postgres-template';

const run = promisify(execFile);

const START_ATTEMPTS = 10;
const START_TIMEOUT_MILLIS = 30_000;

export interface PostgresServerOptions {
  /** PEM certificate and key; with them the server offers TLS. @default none */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Lines of its configuration file, in a file that only the server reads. @default none */
  readonly settings?: Readonly<Record<string, string>>;
  /** It starts as a standby and stays one. @default false */
  readonly standby?: boolean;
}

/** One postgres process after another on the same folder and port. */
export class PostgresServer {
  private process: ChildProcess | undefined;
  private listenPort = 0;

  private constructor(
    private readonly template: Template,
    private readonly folder: string,
    private readonly guard: ChildProcess,
    private readonly tls: boolean,
  ) {}

  /** Makes a folder from the template and starts the server. @throws Error when it does not start, with nothing left of it */
  static async create(template: Template, options: PostgresServerOptions): Promise<PostgresServer> {
    const folder = await mkdtemp(path.join(tmpdir(), 'rechain-postgres-'));
    const server = new PostgresServer(template, folder, startGuard([folder, template.folder]), options.tls !== undefined);
    try {
      await server.fill(options);
      await server.startOnFreePort();
      return server;
    } catch (error) {
      await server.remove();
      throw error;
    }
  }

  get port(): number {
    return this.listenPort;
  }

  urlOf(database: string): string {
    return `postgres://postgres:${this.template.superuserPassword}@127.0.0.1:${this.listenPort}/${encodeURIComponent(database)}`;
  }

  /** Ends it as a crash does, its sessions with it. Data that it has acknowledged stays. */
  async kill(): Promise<void> {
    const server = this.process;
    if (server?.pid === undefined || hasEnded(server)) return;
    // Stopped first, so that it makes no child that nobody would kill.
    server.kill('SIGSTOP');
    const children = (await processes()).filter(({ parent }) => parent === server.pid).map(({ pid }) => pid);
    await end(server, 'SIGKILL');
    for (const pid of children) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has noticed by itself.
      }
    }
    // While one lives, its shared memory keeps the next server from starting.
    while ((await processes()).some(({ pid, dead }) => children.includes(pid) && !dead)) await sleep(10);
  }

  /** Starts it again after {@link kill}, on the same port. @throws Error when it does not start */
  async start(): Promise<void> {
    for (let attempt = 1; attempt <= START_ATTEMPTS; attempt += 1) {
      if (await this.tryStart()) return;
      await sleep(100);
    }
    throw new Error(`Postgres found its port ${this.listenPort} taken`);
  }

  /** Ends every session, stops the server, removes its files. */
  async remove(): Promise<void> {
    if (this.process !== undefined && !hasEnded(this.process)) await end(this.process, 'SIGINT');
    else await this.removeSharedMemory();
    await rm(this.folder, { recursive: true, force: true });
    await end(this.guard, 'SIGKILL');
  }

  private async fill({ tls, settings, standby }: PostgresServerOptions): Promise<void> {
    const { user, data: source } = this.template;
    const data = path.join(this.folder, 'data');
    await giveTo(user, this.folder);
    // As the user that will own the files; Node's own copy would leave them with this one.
    await run('cp', ['-R', source, data], { ...user, cwd: this.folder });
    if (tls !== undefined) {
      await writeOwned(user, path.join(data, 'server.crt'), tls.certificate);
      await writeOwned(user, path.join(data, 'server.key'), tls.key);
    }
    if (settings !== undefined) {
      const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
      await writeOwned(user, path.join(data, 'postgresql.auto.conf'), lines.join(''));
    }
    if (standby === true) await writeOwned(user, path.join(data, 'standby.signal'), '');
  }

  private async startOnFreePort(): Promise<void> {
    for (let attempt = 1; attempt <= START_ATTEMPTS; attempt += 1) {
      this.listenPort = await freePort();
      if (await this.tryStart()) return;
    }
    throw new Error(`Postgres found every one of ${START_ATTEMPTS} free ports taken`);
  }

  /** @returns false when another process has the port */
  private async tryStart(): Promise<boolean> {
    const logFile = path.join(this.folder, 'log');
    const log = openSync(logFile, 'w');
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(this.listenPort),
      unix_socket_directories: '',
      // Survives a crash of the server; only a crash of the machine would lose writes, and the data with it.
      fsync: 'off',
      ssl: this.tls ? 'on' : 'off',
    };
    const server = spawn(
      path.join(this.template.binaries, 'bin', 'postgres'),
      ['-D', path.join(this.folder, 'data'), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      // A group of its own: Ctrl-C must reach the services, which drain, and not the database under them.
      { ...this.template.user, cwd: this.folder, env: postgresEnvironment, stdio: ['ignore', log, log], detached: true },
    );
    closeSync(log);
    // Rejects when it cannot be spawned.
    await once(server, 'spawn');
    this.process = server;
    try {
      if (await answers(server, this.urlOf('postgres'))) {
        server.unref();
        return true;
      }
    } catch (error) {
      await end(server, 'SIGKILL');
      throw error;
    }
    const text = await readFile(logFile, 'utf8');
    if (text.includes('Address already in use')) return false;
    throw new Error(`Postgres ended while it started:\n${text.slice(-2_000)}`);
  }

  /** A killed server's segment, which the next one would have removed. */
  private async removeSharedMemory(): Promise<void> {
    const lines = (await readFile(path.join(this.folder, 'data', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    const id = lines[6]?.trim().split(/\s+/)[1];
    if (id !== undefined) await run('ipcrm', ['-m', id]).catch(() => undefined);
  }
}

async function processes(): Promise<readonly { readonly pid: number; readonly parent: number; readonly dead: boolean }[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,stat=']);
  return stdout.trim().split('\n').map((line) => {
    const [pid, parent, state] = line.trim().split(/\s+/);
    // A container whose first process reaps nothing keeps dead ones.
    return { pid: Number(pid), parent: Number(parent), dead: state?.startsWith('Z') === true };
  });
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
