import type { ResolvedPlatform } from '../../platform/environments';
import type { ServiceSpec } from '../../platform/spec';
import { type Postgres, startPostgres } from '../../services/lib/testing/postgres';
import { type LocalServer, postgresServer } from './server';

/** The databases of the local platform, each a server of its own, as in the cluster: any of them can be lost by itself. */
export interface LocalDatabases {
  readonly servers: readonly LocalServer[];
  /** The variables that a pod would take from `database-secret`. */
  readonly variablesOf: (service: ServiceSpec) => Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

const numbered = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

async function create([primary, ...shards]: readonly [Postgres, ...Postgres[]], replicaCount: number): Promise<Omit<LocalDatabases, 'stop'>> {
  const [primaryUrl, ...shardUrls] = await Promise.all([primary.createDatabase('primary'), ...shards.map((shard, index) => shard.createDatabase(`shard-${index}`))]);
  const replicas = await Promise.all(numbered(replicaCount).map(() => primary.startReplica()));
  return {
    servers: await Promise.all([
      postgresServer('primary', primary),
      ...replicas.map((replica, index) => postgresServer(`replica ${index + 1}`, replica)),
      ...shards.map((shard, index) => postgresServer(`shard ${index}`, shard)),
    ]),
    variablesOf: ({ database }) => ({
      ...(database !== 'none' && { DATABASE_URL: primaryUrl }),
      ...(database === 'primary-and-replicas' && { DATABASE_REPLICA_URLS: replicas.map((replica) => replica.urlOf('primary')).join(',') }),
      ...(database === 'sharded' && { DATABASE_SHARD_URLS: shardUrls.join(',') }),
    }),
  };
}

/** Starts the primary, its streaming replicas and the shards, with nothing in them. Nothing of them survives the run. */
export async function startDatabases({ data }: ResolvedPlatform): Promise<LocalDatabases> {
  const started = await Promise.allSettled(numbered(1 + data.shards.count).map(() => startPostgres()));
  const servers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async (): Promise<void> => void (await Promise.all(servers.map((server) => server.stop())));
  try {
    const failed = started.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const [primary, ...shards] = servers;
    if (primary === undefined) throw new Error('no Postgres was started');
    return { ...(await create([primary, ...shards], data.replicas.count)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
