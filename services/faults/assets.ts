import type { Scale } from './fault';
import { type LoadRequest, type LoadResult, load } from './load';
import type { Setting } from './setting';
import { startPostgres } from '../lib/testing/postgres';
import { RedisServer } from '../lib/testing/redis';
import { spawnService, type ServiceProcess, type Variables } from '../lib/testing/service-process';
import { TcpProxy } from '../lib/testing/tcp-proxy';

/** web4 with its Postgres and its Redis. */
export interface Assets {
  readonly processes: readonly [ServiceProcess, ...ServiceProcess[]];
  readonly redis: RedisServer;
  /** Before Postgres. */
  readonly proxy: TcpProxy;
  /** The database past its proxy. */
  readonly databaseUrl: string;
}

const IDS = 200;

/** The intervals of the cache, faster for tests; its time limit stays. */
function intervals({ speed }: Scale): Variables {
  const seconds = (standard: number): string => String(Math.max(0.05, standard / speed));
  return { REDIS_TIMEOUT_SECONDS: '0.1', REDIS_RETRY_SECONDS: seconds(1), REDIS_HEARTBEAT_SECONDS: seconds(1), REDIS_UNHEARD_SECONDS: seconds(5) };
}

/**
 * The fast scale has shorter intervals, and more patience with a slow machine: a longer deadline, and no shedding.
 *
 * @param more variables of the processes, for one row alone
 */
export async function startAssets(setting: Setting, scale: Scale, processes: 1 | 2, more: (databaseUrl: string) => Promise<Variables> | Variables = () => ({})): Promise<Assets> {
  const postgres = setting.with(await startPostgres());
  const redis = setting.with(await RedisServer.start());
  const databaseUrl = await postgres.createDatabase('web4');
  const { proxy, url } = await TcpProxy.before(databaseUrl);
  setting.with({ stop: () => proxy.cut().catch(() => undefined) });
  const variables: Variables = {
    DATABASE_URL: url,
    DATABASE_POOL_MAX: '10',
    DATABASE_REPLICA_POOL_MAX: '10',
    REDIS_URL: redis.url,
    LOG_LEVEL: 'warn',
    // As in a pod.
    NODE_OPTIONS: '--max-old-space-size=96 --max-semi-space-size=4',
    ...(scale.name === 'fast' && { EVENT_LOOP_TOLERANCE_SECONDS: '60', REQUEST_DEADLINE_SECONDS: '10' }),
    ...intervals(scale),
    ...(await more(databaseUrl)),
  };
  const migrate = async (): Promise<void> => {
    const migration = await spawnService('web4', variables, ['migrate']);
    if ((await migration.exit) !== 0) throw new Error(`the migration failed:\n${migration.output()}`);
  };
  // At once: a service waits for its schema by itself.
  const [first, second] = await Promise.all([setting.service('web4', variables), processes === 2 ? setting.service('web4', variables) : undefined, migrate()]);
  return { processes: second === undefined ? [first] : [first, second], redis, proxy, databaseUrl };
}

export const assetPath = (id: string | number): string => `/api/web4/assets/load-${id}`;

/** How many turns of the load lie between a write and each of its reads. */
const READ_AFTER_TURNS = 3;

/**
 * The default load: 80 % reads, of assets that are there. Of five requests one writes an asset, and four read one that was
 * written 3, 6, 9 and 12 turns before: the first of these finds nothing in memory, and asks Redis.
 */
export function assetRequest(index: number): LoadRequest {
  const turn = Math.floor(index / 5);
  const place = index % 5;
  // Beyond all turns that it is behind, so that the first ones read too.
  const path = assetPath((turn + IDS - place * READ_AFTER_TURNS) % IDS);
  if (place === 0) return { method: 'PUT', path, body: { mediaType: 'text/plain', content: `${index} ${'x'.repeat(500)}` } };
  return { method: 'GET', path };
}

/** Writes every asset that the load reads, so that a 404 is an error. */
export async function writeAssets({ url }: ServiceProcess): Promise<void> {
  const writers = Array.from({ length: 10 }, async (_, writer) => {
    for (let id = writer; id < IDS; id += 10) await put(url, assetPath(id), String(id));
  });
  await Promise.all(writers);
}

export async function put(url: string, path: string, content: string): Promise<Response> {
  return fetch(`${url}${path}`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ mediaType: 'text/plain', content }) });
}

export function assetLoad(process: ServiceProcess, { requestsPerSecond }: Scale, seconds: number): Promise<readonly LoadResult[]> {
  return load({ url: process.url, seconds, requestsPerSecond, request: assetRequest });
}
