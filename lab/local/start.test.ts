import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../services/lib/testing/free-port';

const entry = ['--require', require.resolve('tsx/cjs'), join(__dirname, 'start.ts')];

/** `npm start` in a folder of its own, with its own folder for temporary files: whatever stays behind is seen. */
let folder: string;
let temporary: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-'));
  temporary = mkdtempSync(join(tmpdir(), 'tmp-'));
  // Postgres and nginx run as other users when this is root.
  spawnSync('chmod', ['0777', temporary]);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(temporary, { recursive: true, force: true });
});

interface Run {
  readonly process: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly exit: Promise<number | null>;
}

function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Run {
  const inherited = { ...process.env };
  delete inherited['PLATFORM_ENV'];
  const child = spawn(process.execPath, [...entry, ...args], { cwd: folder, env: { ...inherited, TMPDIR: temporary, ...environment } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  return { process: child, stdout: () => stdout, stderr: () => stderr, exit: once(child, 'close').then(([code]: unknown[]) => (typeof code === 'number' ? code : null)) };
}

/** tsx keeps its cache in the folder of temporary files. */
const leftBehind = () => readdirSync(temporary).filter((name) => !name.startsWith('tsx-') && !name.startsWith('node-'));

async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 20));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

interface Document {
  readonly plan: { readonly resources: number; readonly monthlyUsd: number } | null;
  readonly gateway: { readonly url: string } | null;
  readonly services: readonly { readonly name: string; readonly url: string; readonly metricsUrl: string; readonly pid: number }[];
  readonly databases: readonly { readonly name: string; readonly port: number; readonly pid: number }[];
  readonly redis: { readonly port: number; readonly pid: number } | null;
  readonly smoke: readonly { readonly passed: boolean }[];
}

/** Every process that a run has started, its gateway apart. */
const pidsOf = ({ services, databases, redis }: Document): readonly number[] => [...services, ...databases, ...(redis === null ? [] : [redis])].map(({ pid }) => pid);

/** A folder with the commands that `npm start` needs, and neither nginx nor redis-server. */
function bareCommands(): string {
  const commands = mkdtempSync(join(folder, 'commands-'));
  // As root, Postgres and what makes its files run as another user.
  for (const path of [folder, commands]) chmodSync(path, 0o711);
  for (const command of ['cp', 'ps', 'id']) {
    const found = ['/bin', '/usr/bin'].map((path) => join(path, command)).find(existsSync);
    if (found !== undefined) symlinkSync(found, join(commands, command));
  }
  return commands;
}

describe('npm start', () => {
  test('--once --json: manifests, three services, a smoke test, and nothing left behind', async () => {
    const run = start(['--once', '--json', '--port', String(await freePort())]);
    expect([await run.exit, run.stderr()]).toEqual([0, expect.any(String)]);
    const document = JSON.parse(run.stdout()) as Document;
    expect(document).toMatchObject({ manifests: { environment: 'production', objects: 58 } });
    expect(document.plan?.resources).toBeGreaterThan(200);
    expect(document.plan?.monthlyUsd).toBeGreaterThan(1_000);
    expect(document.services.map(({ name }) => name)).toEqual(['blockchain-service', 'web4-service', 'web5-service']);
    expect(document.databases.map(({ name }) => name)).toEqual(['primary', 'replica 1', 'replica 2', 'shard 0', 'shard 1', 'shard 2', 'shard 3']);
    expect(document.smoke).toHaveLength(15);
    expect(document.smoke.every(({ passed }) => passed)).toBe(true);
    expect(document.gateway === null).toBe(spawnSync('nginx', ['-v']).error !== undefined);
    expect(document.redis === null).toBe(spawnSync('redis-server', ['--version']).error !== undefined);
    expect(readdirSync(join(folder, 'dist'))).toHaveLength(6);
    expect(pidsOf(document).filter(isAlive)).toEqual([]);
    expect(leftBehind()).toEqual([]);
  });

  test('without nginx the services are reached directly, without Redis their memory caches alone, and it says so', async () => {
    const run = start(['--once', '--port', String(await freePort())], { PATH: bareCommands() });
    expect([await run.exit, run.stderr()]).toEqual([0, '']);
    expect(run.stdout()).toContain('no gateway: nginx is not installed');
    expect(run.stdout()).toContain('no Redis: redis-server is not installed');
    expect(run.stdout()).toContain('smoke test of each service');
  });

  test('runs on without servers that are broken, until it is told to stop, and stops everything', async () => {
    const run = start(['--json', '--port', String(await freePort())]);
    await until(() => run.stderr().includes('running') || run.process.exitCode !== null);
    const document = JSON.parse(run.stdout()) as Document;
    const { services } = document;
    expect(pidsOf(document).filter((pid) => !isAlive(pid))).toEqual([]);
    const metrics = await (await fetch(services[1]?.metricsUrl ?? '')).text();
    expect(metrics).toMatch(/http_requests_total\{endpoint="\/api\/web4\/assets\/:id",method="PUT",status="201"\} 1/);
    // What it says of how to break things is done, and things are as it says.
    const address = `0x${'a'.repeat(40)}`;
    const statusOf = async (service: number, path: string): Promise<number> => (await fetch(`${document.services[service]?.url}${path}`)).status;
    expect(await statusOf(0, `/api/blockchain/accounts/${address}/balance`)).toBe(200);
    const commands = [...run.stderr().matchAll(/^ {2}(replica 1|shard 2|Redis) .* kill -(\w+) (\d+) /gm)];
    expect(commands.map(([, name]) => name)).toEqual(['replica 1', 'shard 2', ...(document.redis === null ? [] : ['Redis'])]);
    for (const [, , signal, pid] of commands) process.kill(Number(pid), `SIG${signal ?? ''}`);
    await until(() => document.databases.filter(({ pid }) => isAlive(pid)).length === 5);
    // Found by no one, on a replica that is left or on the primary.
    const missing = await Promise.all(Array.from({ length: 20 }, () => statusOf(2, `/api/web5/identities/did:rechain:${'0'.repeat(64)}`)));
    expect(new Set(missing)).toEqual(new Set([404]));
    expect(await statusOf(1, '/api/web4/assets?prefix=smoke')).toBe(200);
    expect(await statusOf(0, `/api/blockchain/accounts/${address}/balance`)).toBe(503);
    run.process.kill('SIGTERM');
    expect(await run.exit).toBe(0);
    expect(pidsOf(document).filter(isAlive)).toEqual([]);
    expect(leftBehind()).toEqual([]);
  });

  test('a service that dies ends the run with an error that names it and shows its log', async () => {
    const run = start(['--json', '--port', String(await freePort())]);
    await until(() => run.stderr().includes('running') || run.process.exitCode !== null);
    const document = JSON.parse(run.stdout()) as Document;
    process.kill(document.services[2]?.pid ?? NaN, 'SIGKILL');
    expect(await run.exit).toBe(1);
    expect(run.stderr()).toContain('web5-service ended with SIGKILL');
    expect(pidsOf(document).filter(isAlive)).toEqual([]);
    expect(leftBehind()).toEqual([]);
  });

  test('when it is killed itself, nothing it started lives on', async () => {
    const run = start(['--json', '--port', String(await freePort())]);
    await until(() => run.stderr().includes('running') || run.process.exitCode !== null);
    const document = JSON.parse(run.stdout()) as Document;
    run.process.kill('SIGKILL');
    await run.exit;
    await until(() => !pidsOf(document).some(isAlive));
    await until(() => !leftBehind().some((name) => /^rechain-(postgres|redis)-/.test(name)));
  });

  test('a taken port: one clear error, and the old dist stays', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : NaN;
    writeFileSync(join(folder, 'dist'), 'old');
    const run = start(['--once', '--port', String(port)]);
    expect(await run.exit).toBe(1);
    server.close();
    expect(run.stdout()).toBe('');
    expect(run.stderr()).toMatch(new RegExp(`^--port: received ${port}, which cannot be listened on \\(EADDRINUSE\\)\\. .*\\n$`));
    expect(readdirSync(folder)).toEqual(['dist']);
  });

  test('an unknown PLATFORM_ENV and a port that is none are bad usage', async () => {
    const environment = start(['--once', '--port', String(await freePort())], { PLATFORM_ENV: 'prod' });
    expect(await environment.exit).toBe(2);
    expect(environment.stderr()).toMatch(/^PLATFORM_ENV: received "prod", allowed is one of local, staging, production/);
    const port = start(['--port', '65536']);
    expect(await port.exit).toBe(2);
    expect(port.stderr()).toContain('from 1 to 65535');
  });
});
