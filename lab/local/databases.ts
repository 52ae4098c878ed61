import type { ResolvedPlatform } from '../../platform/environments';
import type { ServiceSpec } from '../../platform/spec';
import { type Postgres, startPostgres } from '../../services/lib/testing/postgres';

/** The databases of the local platform: the primary and each shard is a database of one embedded server. */
export interface LocalDatabases {
  readonly port: number;
  readonly count: number;
  /** The variables that a pod would take from `database-secret`. */
  readonly variablesOf: (service: ServiceSpec) => Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

async function create(postgres: Postgres, platform: ResolvedPlatform): Promise<Omit<LocalDatabases, 'stop'>> {
  const primary = await postgres.createDatabase('primary');
  const shards: string[] = [];
  for (let shard = 0; shard < platform.data.shards.count; shard++) shards.push(await postgres.createDatabase(`shard-${shard}`));
  return {
    port: postgres.port,
    count: 1 + shards.length,
    variablesOf: ({ database }) => ({
      ...(database !== 'none' && { DATABASE_URL: primary }),
      ...(database === 'sharded' && { DATABASE_SHARD_URLS: shards.join(',') }),
    }),
  };
}

/** Starts Postgres with an empty database for the primary and for each shard. Nothing of it survives the run. */
export async function startDatabases(platform: ResolvedPlatform): Promise<LocalDatabases> {
  const postgres = await startPostgres();
  try {
    return { ...(await create(postgres, platform)), stop: postgres.stop };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
