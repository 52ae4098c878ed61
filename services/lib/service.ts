import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pino, { type Logger } from 'pino';
import { createApp, type Route } from './app';
import { CONFIGURATION_EXIT_CODE, ConfigurationError, parseConfiguration, type Configuration, type DataNeeds, type ReplicatedData, type ShardedData } from './config';
import { clientOptions, Database, type DatabaseContext } from './database';
import { DatabaseBreaker } from './database-breaker';
import { exportDatabaseMetrics } from './database-metrics';
import { Metrics } from './metrics';
import { mayServe, migrate, MigrationError, readMigrations, schemaState, type Migration } from './migrations';
import { Overload } from './overload';
import { ReadWritePool } from './read-write-pool';
import { Readiness } from './readiness';
import { ListenError, startServer } from './server';
import { ShardedDatabase } from './sharded-database';
import { Traffic } from './traffic';

type AnyData = ReplicatedData | ShardedData;

/** The open databases of a process. */
export interface OpenDatabases {
  /** Those that the service migrates, and whose schema it waits for. */
  readonly all: readonly Database[];
  /** Waits for the queries that run, then closes every connection. */
  readonly close: () => Promise<void>;
}

export interface ReplicatedDatabase extends OpenDatabases {
  readonly pool: ReadWritePool;
}

export interface ShardDatabases extends OpenDatabases {
  readonly shards: ShardedDatabase;
}

/** Opens the primary and every replica. */
export function openReplicated(data: ReplicatedData, context: DatabaseContext): ReplicatedDatabase {
  const pool = new ReadWritePool(data, context);
  return { pool, all: [pool.primary], close: () => pool.close() };
}

/** Opens every shard; `all` is in shard order. */
export function openShards({ shards }: ShardedData, context: DatabaseContext): ShardDatabases {
  const { addresses, map, pool, timeoutSeconds } = shards;
  const all = addresses.map((address, number) => new Database({ address, pool, role: 'shard', number, breaker: new DatabaseBreaker() }, context));
  exportDatabaseMetrics(all, context.metrics.registry);
  return { shards: new ShardedDatabase({ map, databases: all, timeoutSeconds }), all, close: async () => void (await Promise.all(all.map((database) => database.close()))) };
}

/** What routes may use of the process that they are part of. */
export interface ServiceProcess<Data> {
  readonly configuration: Configuration<Data>;
  readonly logger: Logger;
  /** Closes something after the last request, before the databases. */
  readonly onEnd: (close: () => Promise<void>) => void;
}

/** What makes one service different from the others. */
export interface ServiceDefinition<Data extends AnyData, Databases extends OpenDatabases, Action extends string> {
  /** Under this name its migrations are recorded; it never changes. */
  readonly name: string;
  readonly data: DataNeeds<Data>;
  readonly migrationsFolder: string;
  /** Values of the label `action` of `user_actions_total`. */
  readonly userActions: readonly Action[];
  readonly open: (data: Data, context: DatabaseContext) => Databases;
  readonly routes: (databases: Databases, metrics: Metrics<Action>, process: ServiceProcess<Data>) => readonly Route[];
}

/** How often a process that started before its migration looks for the schema. */
const SCHEMA_POLL_MILLIS = 500;
/** What is logged while more than this waits to be written is lost. */
const LOG_BACKLOG_BYTES = 8_388_608;
const USAGE_EXIT_CODE = 2;
/** What every shard has, whatever its service. */
const shardMigrationsFolder = path.join(__dirname, 'shard-migrations');

/**
 * A service's whole process: without arguments it serves until it is told to stop, with `migrate` it applies its
 * migrations and ends. Exits 0 when done, 1 on failure, 2 for other arguments, 78 for a wrong environment.
 */
export async function runService<Data extends AnyData, Databases extends OpenDatabases, Action extends string>(definition: ServiceDefinition<Data, Databases, Action>): Promise<never> {
  const [command, ...rest] = process.argv.slice(2);
  if ((command !== undefined && command !== 'migrate') || rest.length > 0) {
    return fail(USAGE_EXIT_CODE, 'usage: without arguments serves; "migrate" brings the databases up to date and ends');
  }
  try {
    const configuration = parseConfiguration(process.env, definition.data);
    const logger = pino({ level: configuration.logLevel, base: { service: configuration.service, tier: configuration.tier } }, standardOutput());
    const shared = configuration.data.kind === 'sharded' ? await readMigrations('shards', shardMigrationsFolder) : [];
    const migrations = [...shared, ...(await readMigrations(definition.name, definition.migrationsFolder))];
    const run = command === 'migrate' ? migrateAll(configuration, migrations, logger) : serve(definition, configuration, migrations, logger);
    return process.exit(await run);
  } catch (error) {
    if (error instanceof ConfigurationError) return fail(CONFIGURATION_EXIT_CODE, error.message);
    if (error instanceof ListenError || error instanceof MigrationError) return fail(1, error.message);
    throw error;
  }
}

/** Written by another thread, a reader that is slow or gone stops no request; flushed when the process exits. */
function standardOutput(): pino.DestinationStream {
  return pino.destination({ dest: 1, sync: false, maxLength: LOG_BACKLOG_BYTES });
}

function fail(exitCode: number, message: string): never {
  process.stderr.write(`error: ${message}\n`);
  return process.exit(exitCode);
}

async function migrateAll({ data, databaseTls, service }: Configuration<AnyData>, migrations: readonly Migration[], logger: Logger): Promise<0 | 1> {
  const addresses = data.kind === 'sharded' ? data.shards.addresses : [data.primary.address];
  // Every database is tried: one that is down does not keep the others from being ready.
  const results = await Promise.allSettled(addresses.map((address) => migrate(clientOptions(address, databaseTls, service), migrations)));
  results.forEach((result, index) => {
    if (result.status === 'fulfilled') logger.info({ database: index, applied: result.value }, 'schema up to date');
    else logger.error({ database: index, err: result.reason }, 'migration failed');
  });
  return results.every(({ status }) => status === 'fulfilled') ? 0 : 1;
}

async function serve<Data extends AnyData, Databases extends OpenDatabases, Action extends string>(
  definition: ServiceDefinition<Data, Databases, Action>,
  configuration: Configuration<Data>,
  migrations: readonly Migration[],
  logger: Logger,
): Promise<0 | 1> {
  const metrics = new Metrics(definition.userActions);
  const readiness = new Readiness();
  const databases = definition.open(configuration.data, { service: configuration.service, tls: configuration.databaseTls, metrics, logger });
  const traffic = new Traffic();
  const limits = configuration.server;
  const overload = new Overload(limits.overload);
  const closings: (() => Promise<void>)[] = [];
  const routes = definition.routes(databases, metrics, { configuration, logger, onEnd: (close) => void closings.push(close) });
  const server = await startServer({
    app: createApp({ routes, readiness, metrics, logger, traffic, limits, overload }),
    traffic,
    overload,
    limits,
    metrics,
    readiness,
    logger,
    listen: configuration.listen,
    shutdown: configuration.shutdown,
    release: async () => {
      await Promise.all(closings.map((close) => close()));
      await databases.close();
    },
  });
  // A race, so that a process told to end does not wait for its databases first.
  return Promise.race([server.exitCode, becomeReady(databases, migrations, readiness, logger).then(() => server.exitCode)]);
}

/** Waits for the schema. */
async function becomeReady({ all }: OpenDatabases, migrations: readonly Migration[], readiness: Readiness, logger: Logger): Promise<void> {
  let reported = '';
  while (readiness.state === 'starting') {
    const states = await Promise.all(all.map((database) => schemaState(database, migrations)));
    if (mayServe(states)) {
      readiness.markReady();
      logger.info({ databases: states }, 'ready');
      return;
    }
    if (states.join() !== reported) logger.warn({ databases: states }, 'not ready: waiting for the schema');
    reported = states.join();
    await sleep(SCHEMA_POLL_MILLIS);
  }
}
