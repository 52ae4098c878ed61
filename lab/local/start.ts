import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { replaceFolder } from '../../charts/output-folder';
import { loadCatalog, type Synthesis, synthesize } from '../../charts/synthesize';
import { resolveEnvironment, UnknownEnvironmentError } from '../../platform/environments';
import type { EnvironmentName, Platform } from '../../platform/spec';
import { presetFor } from '../../policies/preset';
import type { Plan } from '../plan/plan';
import { readPrices } from '../plan/prices';
import { readStackConfig } from '../plan/stack-file';
import { usd } from '../plan/tree';
import { type LocalPlatform, startPlatform } from './platform';
import { assertFree } from './port';
import type { LocalServer } from './server';
import { type SmokeResult, smokeTest } from './smoke';

/** `npm start`: synthesizes and checks the manifests, then runs the platform on this machine. */

interface StartOptions {
  readonly once: boolean;
  readonly json: boolean;
  readonly port: number;
}

const REPOSITORY = join(__dirname, '../..');
const OUTPUT_FOLDER = 'dist';
/** 128 and SIGINT's number, as shells have it. */
const INTERRUPTED_EXIT_CODE = 130;

/** Steps go to stderr with `--json`, where stdout is one document. */
function printer({ json }: StartOptions): (line: string) => void {
  const stream = json ? process.stderr : process.stdout;
  return (line) => void stream.write(`${line}\n`);
}

function writeManifests(platform: Platform, print: (line: string) => void): Synthesis {
  const synthesis = synthesize(platform, process.env['PLATFORM_ENV'], presetFor);
  replaceFolder(OUTPUT_FOLDER, synthesis.files);
  const objects = synthesis.files.reduce((sum, file) => sum + file.objects, 0);
  print(`✓ ${objects} manifests for ${synthesis.environment} in ${OUTPUT_FOLDER}/, each valid against its published schema, no policy broken`);
  return synthesis;
}

/** What there is before anything runs. */
interface Made {
  readonly synthesis: Synthesis;
  readonly plan: Plan | undefined;
}

/** What the cloud would be, and cost. The environment on one machine has none. */
async function planCloud(environment: EnvironmentName, print: (line: string) => void): Promise<Plan | undefined> {
  if (environment === 'local') return undefined;
  // Loaded when it is asked for: Pulumi's SDK takes a second.
  const { planEnvironment } = createRequire(__filename)('../plan/plan-environment') as typeof import('../plan/plan-environment');
  const plan = await planEnvironment({ environment, prices: readPrices(undefined), config: readStackConfig(REPOSITORY, environment) });
  print(`✓ ${plan.resources.length} cloud resources planned for ${environment}, ${usd(plan.cost.monthlyUsd)} a month, of what is known (npm run plan)`);
  return plan;
}

const baseUrlOf = ({ gateway, services }: LocalPlatform) => (service: string): string =>
  `http://${gateway?.address ?? services.find(({ name }) => name === service)?.address ?? ''}`;

function describe(local: LocalPlatform, platform: Platform): string {
  const baseUrl = baseUrlOf(local);
  const addresses = platform.services.map(({ name, routes }) => ({ name, url: `${baseUrl(name)}${routes[0] ?? '/'}`, metrics: local.services.find((service) => service.name === name)?.metricsAddress ?? '' }));
  const width = (column: 'name' | 'url'): number => Math.max(...addresses.map((row) => row[column].length));
  const rows = addresses.map(({ name, url, metrics }) => `  ${name.padEnd(width('name'))}  ${url.padEnd(width('url'))}  metrics http://${metrics}/metrics`);
  const premium = local.gateway === undefined ? [] : [`  premium clients send X-Api-Key: ${local.gateway.premiumApiKey}`];
  return ['', ...rows, ...premium, `  logs in ${local.logFolder}`].join('\n');
}

/** How one of the servers is broken, and what is then seen. */
function breakageOf({ name, pid }: LocalServer): { readonly command: string; readonly effect: string } {
  if (name === 'Redis') return { command: `kill -STOP ${pid}`, effect: `it hangs, the memory layer serves; kill -CONT ${pid} ends that` };
  const command = `kill -QUIT ${pid}`;
  if (name === 'primary') return { command, effect: 'writes answer 503, replicas serve reads' };
  return { command, effect: name.startsWith('replica') ? 'the other servers take its reads' : 'its accounts answer 503, all others are served' };
}

function describeBreakages({ databases, cache }: LocalPlatform): string {
  const rows = [...databases.servers, ...(cache === undefined ? [] : [cache.server])].map((server) => ({ ...server, ...breakageOf(server) }));
  const width = (column: 'name' | 'command'): number => Math.max(...rows.map((row) => row[column].length));
  return ['to break something on purpose', ...rows.map(({ name, port, command, effect }) => `  ${name.padEnd(width('name'))}  127.0.0.1:${port}  ${command.padEnd(width('command'))}  ${effect}`)].join('\n');
}

function describeSmoke(results: readonly SmokeResult[], local: LocalPlatform): string {
  const rows = results.map(({ passed, request, status, detail }) => `  ${passed ? '✓' : '✗'} ${status || '---'} ${request}${detail === '' ? '' : `: ${detail}`}`);
  return [`smoke test ${local.gateway === undefined ? 'of each service' : 'through the gateway'}`, ...rows].join('\n');
}

function toDocument({ synthesis: { environment, files }, plan }: Made, local: LocalPlatform, smoke: readonly SmokeResult[]) {
  return {
    manifests: { environment, output: OUTPUT_FOLDER, objects: files.reduce((sum, file) => sum + file.objects, 0) },
    plan: plan === undefined ? null : { resources: plan.resources.length, monthlyUsd: plan.cost.monthlyUsd },
    gateway: local.gateway === undefined ? null : { url: `http://${local.gateway.address}` },
    services: local.services.map(({ name, address, metricsAddress, child }) => ({ name, url: `http://${address}`, metricsUrl: `http://${metricsAddress}/metrics`, pid: child.process.pid })),
    databases: local.databases.servers,
    redis: local.cache?.server ?? null,
    smoke,
  };
}

/** Thrown to leave what is under way when the user asks to stop. */
class Interrupted extends Error {}

/** Rejects at the first SIGINT or SIGTERM; a second one ends the process at once, and guards end its children. */
function interruption(): Promise<never> {
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]).then(() => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED_EXIT_CODE));
    throw new Interrupted('stopped by the user');
  });
  // Nobody may be waiting when it comes.
  interrupted.catch(() => undefined);
  return interrupted;
}

async function runLocally(local: LocalPlatform, platform: Platform, made: Made, options: StartOptions): Promise<number> {
  const print = printer(options);
  print(describe(local, platform));
  const smoke = await smokeTest(platform.services.map(({ name }) => name), baseUrlOf(local));
  print(`\n${describeSmoke(smoke, local)}`);
  if (options.json) process.stdout.write(`${JSON.stringify(toDocument(made, local, smoke))}\n`);
  if (options.once) return smoke.every(({ passed }) => passed) ? 0 : 1;
  print(`\n${describeBreakages(local)}`);
  print('\nrunning; Ctrl-C stops everything');
  return local.failure;
}

async function start(options: StartOptions): Promise<number> {
  const interrupted = interruption();
  const print = printer(options);
  const platform = loadCatalog();
  // Before anything is written: a port that is taken leaves the manifests as they were.
  await assertFree(options.port);
  const synthesis = writeManifests(platform, print);
  const made = { synthesis, plan: await Promise.race([planCloud(synthesis.environment, print), interrupted]) };
  // While it starts, an interruption ends the process, and guards end what was started.
  const local = await Promise.race([startPlatform({ platform: resolveEnvironment(platform, 'local'), port: options.port, onStep: (step) => print(`✓ ${step}`) }), interrupted]);
  try {
    return await Promise.race([runLocally(local, platform, made, options), interrupted]);
  } catch (error) {
    if (!(error instanceof Interrupted) || options.once) throw error;
    print('stopping');
    return 0;
  } finally {
    await local.stop();
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return INTERRUPTED_EXIT_CODE;
  return error instanceof UnknownEnvironmentError ? 2 : 1;
}

function toPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError('Allowed is a whole number from 1 to 65535.');
  return port;
}

new Command('npm start --')
  .description('Writes and checks the manifests (environment from PLATFORM_ENV, default production), plans the cloud, then runs the platform on this machine: Postgres with its replicas and shards, every service, Redis and the gateway where redis-server and nginx are installed. Everything listens on 127.0.0.1, and nothing is left when it stops.')
  .option('--once', 'send a smoke test, then shut down', false)
  .option('--json', 'print one JSON document on stdout, and the steps on stderr', false)
  .option('-p, --port <port>', 'port of the gateway', toPort, 8080)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action((options: StartOptions) =>
    start(options).then(
      (code) => process.exit(code),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(exitCodeOf(error));
      },
    ),
  )
  .parse();
