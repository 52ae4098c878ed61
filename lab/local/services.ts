import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { configurationOf } from '../../charts/constructs/service-environment';
import type { ResolvedPlatform } from '../../platform/environments';
import type { ServiceSpec } from '../../platform/spec';
import { freePort } from '../../services/lib/testing/free-port';
import { type Child, ChildError, startChild, whenReady } from './child';

const repository = join(__dirname, '..', '..');

/** A service of the catalog running as a process. */
export interface LocalService {
  readonly name: string;
  readonly address: string;
  readonly metricsAddress: string;
  readonly child: Child;
}

/** Thrown for a service of the catalog that has no program in this repository. */
export class MissingProgramError extends Error {
  override readonly name = 'MissingProgramError';
  constructor(service: string, file: string) {
    super(`services.${service}: received no program, allowed is one at ${file}. Write it, or take the service out of the catalog.`);
  }
}

/** `services/web4/main.ts` for `web4-service`. */
export function programOf(service: ServiceSpec): string {
  const file = join('services', service.name.replace(/-service$/, ''), 'main.ts');
  if (!existsSync(join(repository, file))) throw new MissingProgramError(service.name, file);
  return file;
}

/**
 * What of a ConfigMap does not hold on this machine: the heap bound, since the process also compiles its TypeScript; the CA,
 * since Postgres listens on loopback without TLS; the CDN, since there is none.
 */
const CLUSTER_ONLY = new Set(['NODE_OPTIONS', 'DATABASE_CA_FILE', 'CDN_KIND', 'CDN_URL']);

/** A service's environment: what its ConfigMap holds in environment local, with addresses of this machine. */
function environmentOf(service: ServiceSpec, platform: ResolvedPlatform, addresses: Readonly<Record<string, string>>, ports: { readonly http: number; readonly metrics: number }): NodeJS.ProcessEnv {
  const configuration = Object.entries(configurationOf(service, platform)).filter(([variable]) => !CLUSTER_ONLY.has(variable));
  return {
    PATH: process.env['PATH'],
    ...Object.fromEntries(configuration),
    ...addresses,
    HOST: '127.0.0.1',
    PORT: String(ports.http),
    METRICS_PORT: String(ports.metrics),
    TIER: 'standard',
    // No endpoint list has to forget it first.
    DRAIN_DELAY_SECONDS: '0',
    HARD_STOP_SECONDS: '10',
  };
}

export interface StartServiceOptions {
  readonly service: ServiceSpec;
  readonly platform: ResolvedPlatform;
  /** What a pod would take from Secrets. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly logFolder: string;
}

/** Migrates a service's databases, as its Job does in the cluster. @throws ChildError */
export async function migrateService({ service, platform, addresses, logFolder }: StartServiceOptions): Promise<void> {
  const child = startChild({
    name: `the migration of ${service.name}`,
    command: process.execPath,
    args: ['--require', 'tsx/cjs', programOf(service), 'migrate'],
    cwd: repository,
    environment: environmentOf(service, platform, addresses, { http: service.port, metrics: service.port + 1 }),
    logFile: join(logFolder, `${service.name}-migrate.log`),
  });
  const outcome = await child.ended;
  if (outcome !== 0) throw new ChildError(child, String(outcome));
}

/** Starts a service; `ready` waits until it serves. */
export async function startService({ service, platform, addresses, logFolder }: StartServiceOptions): Promise<LocalService & { readonly ready: () => Promise<void> }> {
  const ports = { http: await freePort(), metrics: await freePort() };
  const child = startChild({
    name: service.name,
    command: process.execPath,
    args: ['--require', 'tsx/cjs', programOf(service)],
    cwd: repository,
    environment: environmentOf(service, platform, addresses, ports),
    logFile: join(logFolder, `${service.name}.log`),
  });
  const address = `127.0.0.1:${ports.http}`;
  const ready = () => whenReady(child, async () => (await fetch(`http://${address}/ready`).catch(() => undefined))?.ok === true);
  return { name: service.name, address, metricsAddress: `127.0.0.1:${ports.metrics}`, child, ready };
}
