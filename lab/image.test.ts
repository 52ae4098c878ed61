import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildManifests } from '../charts/app';
import { configurationOf } from '../charts/constructs/service-environment';
import { resolveEnvironment } from '../platform/environments';
import { rechain } from '../platform/rechain';
import { freePort } from '../services/lib/testing/free-port';
import { type Postgres, startPostgres } from '../services/lib/testing/postgres';
import { until } from '../services/lib/testing/service-process';

/** The image of a service as far as it can be known without a container engine: its Dockerfile, and its bundle under plain node. */

const root = join(__dirname, '..');

interface Instruction {
  readonly name: string;
  readonly text: string;
}

function instructionsOf(dockerfile: string): readonly Instruction[] {
  const lines = dockerfile.split('\n').filter((line) => !line.startsWith('#')).join('\n').replace(/\\\n/g, ' ').split('\n');
  return lines.flatMap((line) => {
    const [, name, text] = /^(\S+)\s+(.*)$/.exec(line.trim()) ?? [];
    return name === undefined || text === undefined ? [] : [{ name, text: text.replace(/\s+/g, ' ') }];
  });
}

interface Container {
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly ports?: readonly { readonly containerPort: number }[];
}
interface Pod {
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
  readonly containers: readonly [Container];
}

const pods = buildManifests(rechain, 'production')
  .flatMap(({ manifests }) => manifests)
  .filter(({ kind, metadata }) => (kind === 'Deployment' || kind === 'Job') && metadata.name !== 'gateway')
  .map(({ kind, metadata, spec }) => ({ kind, name: metadata.name, pod: (spec as { readonly template: { readonly spec: Pod } }).template.spec }));

describe('services/Dockerfile', () => {
  const all = instructionsOf(readFileSync(join(root, 'services', 'Dockerfile'), 'utf8'));
  const lastStage = all.slice(all.findLastIndex(({ name }) => name === 'FROM'));
  const textsOf = (name: string, instructions = all): readonly string[] => instructions.filter((instruction) => instruction.name === name).map(({ text }) => text);

  test('every base is pinned', () => {
    const argument = textsOf('ARG').find((text) => text.startsWith('NODE_IMAGE='));
    expect(argument).toMatch(/^NODE_IMAGE=node:\d+\.\d+\.\d+-[a-z-]+(@sha256:[0-9a-f]{64})?$/);
    expect(textsOf('FROM')).toEqual(['${NODE_IMAGE} AS build', 'scratch']);
  });

  test('the image runs as the user of the pods, and is given what they give', () => {
    expect(pods.length).toBeGreaterThan(4);
    for (const { pod } of pods) expect(textsOf('USER', lastStage)).toEqual([`${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}`]);
    expect(textsOf('STOPSIGNAL', lastStage)).toEqual(['SIGTERM']);
    const ports = pods.flatMap(({ pod }) => pod.containers[0].ports ?? []).map(({ containerPort }) => String(containerPort));
    expect(textsOf('EXPOSE', lastStage).flatMap((text) => text.split(' ')).sort()).toEqual([...new Set(ports)].sort());
  });

  test('its entry point takes the arguments of the pods: none to serve, `migrate` in the Job', () => {
    // A pod's `command` would replace the entry point, `args` stand behind it.
    expect(textsOf('ENTRYPOINT', lastStage).map((text): unknown => JSON.parse(text))).toEqual([['/usr/local/bin/node', '/app/main.js']]);
    expect(textsOf('CMD', lastStage)).toEqual([]);
    for (const { kind, pod } of pods) {
      expect(pod.containers[0].command).toBeUndefined();
      expect(pod.containers[0].args).toEqual(kind === 'Job' ? ['migrate'] : undefined);
    }
    expect(pods.some(({ kind }) => kind === 'Job')).toBe(true);
  });

  test('the last stage has no shell to run anything in', () => {
    expect(textsOf('RUN', lastStage)).toEqual([]);
  });

  test('what it copies exists, and the context lets it through', () => {
    const ignored = readFileSync(join(root, '.dockerignore'), 'utf8');
    const sources = textsOf('COPY').filter((text) => !text.startsWith('--from=')).flatMap((text) => text.split(' ').slice(0, -1));
    expect(sources).toContain('services');
    for (const source of sources) {
      expect(existsSync(join(root, source))).toBe(true);
      expect(ignored).toContain(`\n!${source}\n`);
    }
  });
});

interface Scenario {
  readonly write: { readonly method: string; readonly path: string; readonly body: unknown };
  /** What is read afterwards, from the written answer's `id` or by name. */
  readonly read: (id: string) => string;
}

const publicKey = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x;
const scenarios: readonly (readonly [string, Scenario])[] = [
  ['blockchain', { write: { method: 'POST', path: '/api/blockchain/transactions', body: { from: `0x${'a'.repeat(40)}`, to: `0x${'b'.repeat(40)}`, amount: '1' } }, read: (id) => `/api/blockchain/transactions/${id}` }],
  ['web4', { write: { method: 'PUT', path: '/api/web4/assets/one', body: { mediaType: 'text/plain', content: 'one' } }, read: () => '/api/web4/assets/one' }],
  ['web5', { write: { method: 'POST', path: '/api/web5/identities', body: { publicKey } }, read: (id) => `/api/web5/identities/${id}` }],
];

describe('the bundle under plain node, away from the repository', () => {
  const local = resolveEnvironment(rechain, 'local');
  let postgres: Postgres;
  let bundles: string;
  let databases = 0;
  beforeAll(async () => {
    postgres = await startPostgres();
    bundles = mkdtempSync(join(tmpdir(), 'bundles-'));
    const { status, stderr } = spawnSync(process.execPath, ['--require', 'tsx/cjs', join('services', 'bundle.ts'), '--output', bundles], { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  });
  afterAll(async () => {
    rmSync(bundles, { recursive: true, force: true });
    await postgres.stop();
  });

  /** What the pod of a service is given, with databases of this machine, which have no TLS, and no CDN. */
  async function environmentOf(name: string): Promise<Record<string, string>> {
    const service = local.services.find((candidate) => candidate.name === `${name}-service`);
    if (service === undefined) throw new Error(`no ${name}-service`);
    const configuration = Object.fromEntries(Object.entries(configurationOf(service, local)).filter(([variable]) => variable !== 'DATABASE_CA_FILE' && !variable.startsWith('CDN_')));
    expect(configuration['NODE_OPTIONS']).toContain('--max-old-space-size=96');
    const ports = { PORT: String(await freePort()), METRICS_PORT: String(await freePort()) };
    const fresh = (database: string): Promise<string> => postgres.createDatabase(`${database}-${(databases += 1)}`);
    const shards = Array.from({ length: service.database === 'sharded' ? local.data.shards.count : 0 }, () => fresh('shard'));
    const urls = service.database === 'sharded' ? { DATABASE_SHARD_URLS: (await Promise.all(shards)).join(',') } : { DATABASE_URL: await fresh(name) };
    return { ...configuration, ...urls, ...ports, HOST: '127.0.0.1', TIER: 'standard', DRAIN_DELAY_SECONDS: '0' };
  }

  /** Runs the entry point with an environment that has nothing of this process. */
  function run(folder: string, environment: Readonly<Record<string, string>>, args: readonly string[]) {
    const child = spawn(process.execPath, [join(folder, 'main.js'), ...args], { cwd: folder, env: environment });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { output += text; });
    const exit = once(child, 'close').then(([code]: unknown[]) => code);
    return { child, output: () => output, exit };
  }

  async function untilReady({ child, output }: ReturnType<typeof run>, environment: Readonly<Record<string, string>>): Promise<void> {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(output());
      return (await fetch(`http://127.0.0.1:${environment['PORT']}/ready`).catch(() => undefined))?.ok === true;
    });
  }

  test.each(scenarios)('%s migrates, serves, writes, reads, and ends when told to', async (name, { write, read }) => {
    const environment = await environmentOf(name);
    const folder = join(bundles, name);
    const migration = run(folder, environment, ['migrate']);
    expect([await migration.exit, migration.output()]).toEqual([0, expect.stringContaining('schema up to date')]);
    const service = run(folder, environment, []);
    try {
      const url = `http://127.0.0.1:${environment['PORT']}`;
      await untilReady(service, environment);
      const written = await fetch(`${url}${write.path}`, { method: write.method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(write.body) });
      expect(written.status).toBe(201);
      const { id } = (await written.json()) as { readonly id: string };
      expect((await fetch(`${url}${read(id)}`)).status).toBe(200);
      service.child.kill('SIGTERM');
      expect(await service.exit).toBe(0);
    } finally {
      service.child.kill('SIGKILL');
    }
  });

  test('web4 finds the SDK that it loads only when it tells CloudFront of a write', async () => {
    const requests: string[] = [];
    const cloudFront = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      response.writeHead(201, { 'Content-Type': 'text/xml' }).end('<Invalidation><Id>I1</Id></Invalidation>');
    });
    cloudFront.listen(0, '127.0.0.1');
    await once(cloudFront, 'listening');
    const address = cloudFront.address();
    const port = typeof address === 'object' && address !== null ? address.port : NaN;
    const cdn = { CDN_KIND: 'cloudfront', CDN_URL: 'https://api.rechain.network', CDN_DISTRIBUTION_ID: 'E1ABCDEFGHIJKL' };
    const environment: Record<string, string> = { ...(await environmentOf('web4')), ...cdn, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };
    expect(await run(join(bundles, 'web4'), environment, ['migrate']).exit).toBe(0);
    const service = run(join(bundles, 'web4'), environment, []);
    try {
      await untilReady(service, environment);
      await fetch(`http://127.0.0.1:${environment['PORT']}/api/web4/assets/one`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: '{"mediaType":"text/plain","content":"one"}' });
      await until(() => requests.length > 0);
      expect(requests).toEqual(['POST /2020-05-31/distribution/E1ABCDEFGHIJKL/invalidation']);
    } finally {
      service.child.kill('SIGKILL');
      cloudFront.close();
    }
  });

  test.each([['blockchain', 'shard-migrations'], ['web4', 'migrations']])('%s without its folder %s says so', async (name, missing) => {
    const folder = mkdtempSync(join(bundles, 'broken-'));
    cpSync(join(bundles, name), folder, { recursive: true });
    rmSync(join(folder, missing), { recursive: true });
    const { exit, output } = run(folder, await environmentOf(name), ['migrate']);
    expect(await exit).toBe(1);
    expect(output()).toBe(`error: migrations folder ${join(folder, missing)} cannot be read (ENOENT: no such file or directory, scandir '${join(folder, missing)}'); copy it there, beside the program\n`);
  });
});
