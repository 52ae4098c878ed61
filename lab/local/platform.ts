import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResolvedPlatform } from '../../platform/environments';
import { type LocalCache, startCache } from './cache';
import { ChildError, stopChild } from './child';
import { type LocalDatabases, startDatabases } from './databases';
import { hasNginx, type LocalGateway, startGateway } from './gateway';
import { type LocalService, migrateService, programOf, startService } from './services';

/** Longer than a service's own hard stop. */
const PATIENCE_MILLIS = 15_000;

/** The platform as it runs on this machine. */
export interface LocalPlatform {
  readonly databases: LocalDatabases;
  /** Undefined where redis-server is not installed. */
  readonly cache: LocalCache | undefined;
  readonly services: readonly LocalService[];
  /** Undefined where nginx is not installed: services are then reached directly. */
  readonly gateway: LocalGateway | undefined;
  readonly logFolder: string;
  /** Rejects with a ChildError when a process ends although nobody told it to. */
  readonly failure: Promise<never>;
  readonly stop: () => Promise<void>;
}

export interface LocalPlatformOptions {
  readonly platform: ResolvedPlatform;
  /** Port of the gateway on 127.0.0.1. */
  readonly port: number;
  /** Told each step as it is done. */
  readonly onStep: (step: string) => void;
}

/** Things to undo, last one first; each is tried even if another fails. */
class Cleanup {
  private readonly actions: (() => Promise<void> | void)[] = [];
  private done: Promise<void> | undefined;

  add(action: () => Promise<void> | void): void {
    this.actions.unshift(action);
  }

  run(): Promise<void> {
    return (this.done ??= this.runAll());
  }

  private async runAll(): Promise<void> {
    const errors: unknown[] = [];
    for (const action of this.actions) {
      try {
        await action();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'the local platform did not stop cleanly');
  }
}

type Data = Pick<LocalPlatform, 'databases' | 'cache'>;

/** Both at once; each is stopped again if the other does not start. */
async function startData(platform: ResolvedPlatform, cleanup: Cleanup): Promise<Data> {
  const [databases, cache] = await Promise.allSettled([startDatabases(platform), startCache()]);
  if (databases.status === 'fulfilled') cleanup.add(databases.value.stop);
  if (cache.status === 'fulfilled' && cache.value !== undefined) cleanup.add(cache.value.stop);
  if (databases.status === 'rejected') throw databases.reason;
  if (cache.status === 'rejected') throw cache.reason;
  return { databases: databases.value, cache: cache.value };
}

function stepsOf({ databases, cache }: Data): readonly string[] {
  const count = (kind: string): number => databases.servers.filter(({ name }) => name.startsWith(kind)).length;
  return [
    `Postgres: a primary, ${count('replica')} streaming replicas, ${count('shard')} shards, each a server of its own`,
    cache === undefined ? 'no Redis: redis-server is not installed, the memory layer of the cache serves alone' : `Redis on 127.0.0.1:${cache.server.port}`,
  ];
}

async function startServices(platform: ResolvedPlatform, { databases, cache }: Data, logFolder: string, cleanup: Cleanup): Promise<LocalService[]> {
  const options = platform.services.map((service) => ({ service, platform, addresses: { ...databases.variablesOf(service), ...cache?.variablesOf(service) }, logFolder }));
  await Promise.all(options.map(migrateService));
  const started = await Promise.all(options.map(startService));
  cleanup.add(async () => void (await Promise.all(started.map(({ child }) => stopChild(child, 'SIGTERM', PATIENCE_MILLIS)))));
  await Promise.all(started.map(({ ready }) => ready()));
  return started;
}

async function startOptionalGateway({ platform, port }: LocalPlatformOptions, services: readonly LocalService[], folder: string, logFolder: string, cleanup: Cleanup): Promise<LocalGateway | undefined> {
  if (!hasNginx()) return undefined;
  const servers = new Map(services.map(({ name, address }) => [name, [address]]));
  const gateway = await startGateway({ platform, port, servers, folder, logFolder });
  cleanup.add(() => stopChild(gateway.child, 'SIGQUIT', PATIENCE_MILLIS));
  return gateway;
}

function failureOf(children: readonly LocalService['child'][]): Promise<never> {
  const failure = Promise.race(children.map(async (child) => {
    const outcome = await child.ended;
    throw new ChildError(child, typeof outcome === 'number' ? `code ${outcome}` : outcome);
  }));
  // Nobody may be waiting yet, or any more.
  failure.catch(() => undefined);
  return failure;
}

/**
 * Brings up Postgres, Redis where it is installed, every service of the catalog and, where nginx is installed, the gateway. What was started is stopped
 * again if anything fails.
 *
 * @throws MissingProgramError, ChildError
 */
export async function startPlatform(options: LocalPlatformOptions): Promise<LocalPlatform> {
  const { platform, onStep } = options;
  platform.services.forEach(programOf);
  const cleanup = new Cleanup();
  try {
    const folder = mkdtempSync(join(tmpdir(), 'rechain-local-'));
    cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
    const logFolder = join(folder, 'logs');
    mkdirSync(logFolder);
    const data = await startData(platform, cleanup);
    stepsOf(data).forEach(onStep);
    const services = await startServices(platform, data, logFolder, cleanup);
    onStep(`${services.length} services, migrated and ready`);
    const gateway = await startOptionalGateway(options, services, folder, logFolder, cleanup);
    onStep(gateway === undefined ? 'no gateway: nginx is not installed, services are reached directly' : `gateway on ${gateway.address}`);
    const children = [...services.map(({ child }) => child), ...(gateway === undefined ? [] : [gateway.child])];
    return { ...data, services, gateway, logFolder, failure: failureOf(children), stop: () => cleanup.run() };
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}
