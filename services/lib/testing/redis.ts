import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './free-port';

const START_ATTEMPTS = 10;
const START_TIMEOUT_MILLIS = 30_000;

/**
 * `test` for what needs redis-server. Where it is missing the test is skipped, and its name says why; under `CI=true`, where
 * `.ci/run` installs it, that is a failure.
 */
export function testWithRedis(name: string, body: () => Promise<void>): void {
  const reason = 'needs redis-server, Debian package redis-server';
  if (redisIsInstalled()) test(name, body);
  else if (process.env['CI'] !== 'true') test.skip(`${name} (${reason})`, body);
  else test(name, () => Promise.reject(new Error(`this test ${reason}, which is not installed`)));
}

export function redisIsInstalled(): boolean {
  return spawnSync('redis-server', ['--version']).error === undefined;
}

/**
 * A Redis server of its own on this machine, listening on 127.0.0.1 only, with a password of its own and nothing on disk. It
 * ends with this process, however that comes about.
 */
export class RedisServer {
  private server: ChildProcess | undefined;
  private guard: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly password: string,
    private readonly folder: string,
  ) {}

  /** @throws Error when redis-server is not installed, or does not start */
  static async start(): Promise<RedisServer> {
    for (let attempt = 1; attempt <= START_ATTEMPTS; attempt += 1) {
      const folder = await mkdtemp(path.join(tmpdir(), 'rechain-redis-'));
      const server = new RedisServer(await freePort(), randomBytes(24).toString('hex'), folder);
      if (await server.restart()) return server;
      await rm(folder, { recursive: true, force: true });
    }
    throw new Error(`redis-server found every one of ${START_ATTEMPTS} free ports taken`);
  }

  get url(): string {
    return `redis://:${this.password}@127.0.0.1:${this.port}`;
  }

  /** Ends it as a crash does: everything it had is lost. */
  async kill(): Promise<void> {
    await end(this.server);
    await end(this.guard);
  }

  /** Starts it again after {@link kill}, empty, on the same port. @returns false when the port is taken */
  async restart(): Promise<boolean> {
    // The password is not an argument, which every user of the machine could read.
    const server = spawn('redis-server', ['-'], { cwd: this.folder, stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    await once(server, 'spawn');
    server.stdin.end(`bind 127.0.0.1\nport ${this.port}\nrequirepass ${this.password}\nmasterauth ${this.password}\nsave ""\nappendonly no\ndir ${this.folder}\n`);
    this.server = server;
    this.guard = startGuard(server.pid ?? 0, this.folder);
    const deadline = Date.now() + START_TIMEOUT_MILLIS;
    while (Date.now() < deadline) {
      if (server.exitCode !== null) {
        await end(this.guard);
        return false;
      }
      if (await this.command((redis) => redis.ping()).catch(() => undefined)) {
        server.unref();
        return true;
      }
      await sleep(10);
    }
    throw new Error(`redis-server did not answer within ${START_TIMEOUT_MILLIS} ms`);
  }

  /** It keeps its connections, accepts new ones, and answers nothing. */
  hang(): void {
    this.server?.kill('SIGSTOP');
  }

  /** Undoes {@link hang}. */
  resume(): void {
    this.server?.kill('SIGCONT');
  }

  /** Runs commands over a connection of their own. */
  async command<Result>(run: (redis: Redis) => Promise<Result>): Promise<Result> {
    const redis = new Redis(this.url, { lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return await run(redis);
    } finally {
      redis.disconnect();
    }
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A shell that waits for the end of this process, which closes the pipe, then ends the server: after SIGKILL no code of ours runs. */
function startGuard(pid: number, folder: string): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -KILL "$1"; rm -rf "$2"', 'sh', String(pid), folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
  guard.unref();
  return guard;
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  // Whoever waits here must not find the event loop empty.
  child.ref();
  child.kill('SIGKILL');
  await exit;
}
