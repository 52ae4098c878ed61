import { Client } from 'pg';
import { startPostgres, type Postgres, type PostgresReplica } from './postgres';
import { TcpProxy } from './tcp-proxy';

/** A server, and the proxy before it that breaks or holds what goes to it. */
export interface ProxiedServer<Server> {
  readonly server: Server;
  readonly proxy: TcpProxy;
  /** Of the database, through the proxy. */
  readonly url: string;
}

/** A primary and its streaming replicas, each behind a proxy, with one database. */
export interface PostgresCluster {
  readonly primary: ProxiedServer<Postgres>;
  readonly replicas: readonly ProxiedServer<PostgresReplica>[];
  /** Runs a statement on a server itself, past its proxy, as a superuser. */
  readonly administer: (server: ProxiedServer<Postgres | PostgresReplica>, sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly stop: () => Promise<void>;
}

/** @param database its name */
export async function startCluster(database: string, replicaCount: number): Promise<PostgresCluster> {
  const postgres = await startPostgres();
  try {
    await postgres.createDatabase(database);
    const behindProxy = async <Server extends Postgres | PostgresReplica>(server: Server): Promise<ProxiedServer<Server>> => ({ server, ...(await TcpProxy.before(server.urlOf(database))) });
    const primary = await behindProxy(postgres);
    const replicas = await Promise.all(Array.from({ length: replicaCount }, async () => behindProxy(await postgres.startReplica())));
    return {
      primary,
      replicas,
      administer: ({ server }, sql) => administer(server.urlOf(database), sql),
      stop: async () => {
        await Promise.all([primary, ...replicas].map(({ proxy }) => proxy.cut()));
        await postgres.stop();
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function administer(connectionString: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString });
  // Unheard, the end of a server that is killed meanwhile would end this process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
