import type { ServiceSpec } from '../../platform/spec';
import { redisIsInstalled, RedisServer } from '../../services/lib/testing/redis';
import type { LocalServer } from './server';

/** The Redis of the local platform. */
export interface LocalCache {
  readonly server: LocalServer;
  /** The variables that a pod would take from `redis-secret`. */
  readonly variablesOf: (service: ServiceSpec) => Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** Starts Redis, empty. @returns undefined where redis-server is not installed: the services' own memory caches alone then */
export async function startCache(): Promise<LocalCache | undefined> {
  if (!redisIsInstalled()) return undefined;
  const redis = await RedisServer.start();
  try {
    const information = await redis.command((client) => client.info('server'));
    const pid = Number(/^process_id:(\d+)/m.exec(information)?.[1]);
    return {
      server: { name: 'Redis', port: redis.port, pid },
      variablesOf: ({ cache }) => (cache === 'redis' ? { REDIS_URL: redis.url } : {}),
      stop: () => redis.stop(),
    };
  } catch (error) {
    await redis.stop();
    throw error;
  }
}
