import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { clientOptions } from '../lib/database';
import { migrate, readMigrations } from '../lib/migrations';
import { addressOf } from '../lib/testing/database-address';
import { startCluster, type PostgresCluster } from '../lib/testing/postgres-cluster';
import { spawnService, stopService, until, untilReady, type ServiceProcess, type Variables } from '../lib/testing/service-process';
import type { Check, Scale } from './fault';
import { load, type LoadRequest, type LoadResult } from './load';

const DATABASE = 'web5';
const SEEDS = 20;

export interface Web5BedOptions {
  /** @default none besides the usual ones */
  readonly variables?: Variables;
  /** Called before the service starts. @default nothing */
  readonly before?: (cluster: PostgresCluster) => Promise<void>;
  /** How many pods of the service. @default 1 */
  readonly pods?: number;
  /** Whether each pod has answered some requests before the fault begins. @default true */
  readonly isWarm?: boolean;
}

/**
 * web5 on a primary and two replicas, every server behind a proxy. Its reads are by primary key and in no cache. A fast run
 * differs by more than its {@link Scale} says: it has a quarter of the load, requests have a longer deadline rather than a
 * shorter one, and F22 kills the primary 3 times rather than 10.
 */
export class Web5Bed {
  private constructor(
    readonly scale: Scale,
    readonly cluster: PostgresCluster,
    readonly pods: readonly ServiceProcess[],
    /** DIDs that every server knows. */
    readonly seeds: readonly string[],
  ) {}

  /** Brings it up, runs a fault on it, and takes it down whatever happens. */
  static async during(scale: Scale, { variables = {}, before = () => Promise.resolve(), pods = 1, isWarm = true }: Web5BedOptions, fault: (bed: Web5Bed) => Promise<readonly Check[]>): Promise<readonly Check[]> {
    const cluster = await startCluster(DATABASE, 2);
    const started: ServiceProcess[] = [];
    try {
      const seeds = await prepare(cluster);
      await before(cluster);
      const environment = { ...environmentOf(cluster, scale), ...variables };
      for (let pod = 0; pod < pods; pod += 1) started.push(await spawnService('web5', environment));
      await Promise.all(started.map(untilReady));
      const bed = new Web5Bed(scale, cluster, started, seeds);
      if (isWarm) await bed.warmUp();
      return await fault(bed);
    } finally {
      await Promise.all(started.map(stopService));
      await cluster.stop();
    }
  }

  get pod(): ServiceProcess {
    const [pod] = this.pods;
    if (pod === undefined) throw new Error('there is no pod');
    return pod;
  }

  /** Seconds of the full scale, as milliseconds of this one. */
  millis(seconds: number): number {
    return (seconds * 1_000) / this.scale.speed;
  }

  /** The default load: four of five requests read. */
  load(seconds = this.scale.loadSeconds): Promise<readonly LoadResult[]> {
    return this.atFullRate((index) => (index % 5 === 4 ? creation() : this.resolution(index)), seconds);
  }

  /** The same rate, of writes alone. */
  loadOfWrites(seconds: number): Promise<readonly LoadResult[]> {
    return this.atFullRate(() => creation(), seconds);
  }

  /** A GET of an identity that every server has. */
  resolution(index: number): LoadRequest {
    return { method: 'GET', path: `/api/web5/identities/${this.seeds[index % this.seeds.length] ?? ''}` };
  }

  /** The sum over all series of a metric that have these labels; NaN while there is none. */
  async metric(name: string, labels: Readonly<Record<string, string | number>> = {}, pod = this.pod): Promise<number> {
    const text = await (await fetch(pod.metricsUrl)).text();
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const lines = text.split('\n').filter((line) => (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && wanted.every((pair) => line.includes(pair)));
    return lines.length === 0 ? NaN : lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** By how much a counter rises from now on. A series that is not there yet begins at 0; one that does not come gives NaN. */
  async rise(name: string, labels: Readonly<Record<string, string | number>> = {}): Promise<() => Promise<number>> {
    const before = await this.metric(name, labels);
    return async () => (await this.metric(name, labels)) - (Number.isNaN(before) ? 0 : before);
  }

  /** Waits until so many replicas are in a state. */
  untilReplicas(state: 'healthy' | 'lagging' | 'ejected', count: number): Promise<void> {
    return until(async () => (await this.metric('database_replica_state', { state })) === count);
  }

  /** Waits until the primary takes writes. */
  untilWritable(): Promise<void> {
    return until(async () => (await this.send(creation())).status === 201);
  }

  send({ method, path: to, headers = {}, body }: LoadRequest, pod = this.pod): Promise<Response> {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return fetch(`${pod.url}${to}`, { method, headers: { 'Content-Type': 'application/json', ...headers }, ...content });
  }

  private atFullRate(request: (index: number) => LoadRequest, seconds: number): Promise<readonly LoadResult[]> {
    // Fast runs share the machine with other tests. With the rate, shares change as well, not only counts: what asks for more than one of something must say why so many come about.
    const requestsPerSecond = this.scale.name === 'fast' ? this.scale.requestsPerSecond / 4 : this.scale.requestsPerSecond;
    return load({ url: this.pod.url, seconds, requestsPerSecond, request });
  }

  /** A process that has compiled nothing and has no connections is slow for a moment, and no fault is to be blamed for it. @throws Error when a request fails */
  private async warmUp(): Promise<void> {
    const send = async (request: LoadRequest, pod: ServiceProcess): Promise<void> => {
      const answer = await this.send(request, pod);
      if (!answer.ok) throw new Error(`before any fault, ${request.method} was answered ${answer.status}: ${await answer.text()}`);
    };
    for (let index = 0; index < 100; index += 1) await Promise.all(this.pods.map((pod) => send(this.resolution(index), pod)));
    for (let index = 0; index < 20; index += 1) await Promise.all(this.pods.map((pod) => send(creation(), pod)));
  }
}

/** A POST of a new identity. */
export function creation(): LoadRequest {
  return { method: 'POST', path: '/api/web5/identities', body: { publicKey: randomBytes(32).toString('base64url') } };
}

export const isRead = ({ request }: LoadResult): boolean => request.method === 'GET';
export const isWrite = (result: LoadResult): boolean => !isRead(result);

/** Migrates, and stores identities that every server then has. */
async function prepare(cluster: PostgresCluster): Promise<readonly string[]> {
  await migrate(clientOptions(addressOf(cluster.primary.url), { kind: 'off' }, 'faults'), await readMigrations('web5', path.join(__dirname, '..', 'web5', 'migrations')));
  const seeds = Array.from({ length: SEEDS }, () => `did:rechain:${randomBytes(32).toString('hex')}`);
  await cluster.administer(cluster.primary, `INSERT INTO identities (did, public_key) VALUES ${seeds.map((did) => `('${did}', '\\x${randomBytes(32).toString('hex')}')`).join()}`);
  await Promise.all(cluster.replicas.map(({ server }) => server.caughtUp()));
  return seeds;
}

function environmentOf({ primary, replicas }: PostgresCluster, { name, speed }: Scale): Variables {
  return {
    DATABASE_URL: primary.url,
    DATABASE_REPLICA_URLS: replicas.map(({ url }) => url).join(),
    DATABASE_POOL_MIN: '5',
    DATABASE_POOL_MAX: '20',
    DATABASE_REPLICA_POOL_MIN: '5',
    DATABASE_REPLICA_POOL_MAX: '50',
    DATABASE_MAX_LAG_SECONDS: String(5 / speed),
    DATABASE_PROBE_SECONDS: String(5 / speed),
    DATABASE_SAMPLE_SECONDS: String(1 / speed),
    LOG_LEVEL: 'fatal',
    // Tests share a machine with others, and judge no milliseconds: there nothing is late but what a fault delays.
    ...(name === 'fast' && { REQUEST_DEADLINE_SECONDS: '3', EVENT_LOOP_TURN_SECONDS: '10' }),
  };
}
