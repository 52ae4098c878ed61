import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, escapeIdentifier, type QueryResultRow } from 'pg';
import { PostgresServer, type PostgresServerOptions } from './postgres-server';
import { createTemplate, type Template } from './postgres-template';

export type PostgresOptions = Pick<PostgresServerOptions, 'tls'>;

/** What a primary and a replica have in common. */
interface RunningServer {
  readonly port: number;
  readonly superuserUrl: string;
  /** The URL of one of its databases. */
  readonly urlOf: (database: string) => string;
  /** Ends it as a crash does, its sessions with it; what it has acknowledged is kept. */
  readonly kill: () => Promise<void>;
  /** Starts it again after {@link kill}, on the same port and with its data. */
  readonly restart: () => Promise<void>;
  /** Ends every session, stops the server, removes its files. */
  readonly stop: () => Promise<void>;
}

/** A Postgres server of its own on this machine, listening on 127.0.0.1 only, with a password of its own. */
export interface Postgres extends RunningServer {
  /** Makes a database and returns its URL. */
  readonly createDatabase: (name: string) => Promise<string>;
  /** Starts a streaming replica, which has replayed all that was written before this call. It stops with its primary. */
  readonly startReplica: () => Promise<PostgresReplica>;
}

/** A hot standby that streams from its primary. */
export interface PostgresReplica extends RunningServer {
  /** From now on it receives and does not replay: it answers, with what it had. */
  readonly pauseReplay: () => Promise<void>;
  /** Undoes {@link pauseReplay}. */
  readonly resumeReplay: () => Promise<void>;
  /** Waits until it has replayed all that its primary had written before this call. */
  readonly caughtUp: () => Promise<void>;
}

/** Servers of one process share one template; the last one to stop removes it. */
let shared: { readonly template: Promise<Template>; users: number } | undefined;

/**
 * Starts a Postgres server for tests and for the platform on one machine. Its data does not survive `stop()`, nor the
 * end of this process, however that comes about: a guard then stops the server and removes its files.
 *
 * @throws Error when the binaries of this platform are not installed, or the server does not start
 */
export async function startPostgres({ tls }: PostgresOptions = {}): Promise<Postgres> {
  // A replica begins with the first record, so every one is kept.
  const settings = { wal_keep_size: '2GB' };
  const { server, release } = await create({ settings, ...(tls !== undefined && { tls }) });
  const replicas: PostgresReplica[] = [];
  return {
    ...running(server, async () => {
      await Promise.all(replicas.map((replica) => replica.stop()));
      await server.remove();
      await release();
    }),
    createDatabase: async (name) => {
      await query(server.urlOf('postgres'), `CREATE DATABASE ${escapeIdentifier(name)}`);
      return server.urlOf(name);
    },
    startReplica: async () => {
      const replica = await startReplica(server);
      replicas.push(replica);
      return replica;
    },
  };
}

/** Until the function that it gives is called, servers that follow one another are copies of one template: that is not made anew. */
export function keepTemplate(): () => Promise<void> {
  return useTemplate().release;
}

async function create(options: PostgresServerOptions): Promise<{ readonly server: PostgresServer; readonly release: () => Promise<void> }> {
  const { template, release } = useTemplate();
  try {
    return { server: await PostgresServer.create(await template, options), release };
  } catch (error) {
    await release();
    throw error;
  }
}

function useTemplate(): { readonly template: Promise<Template>; readonly release: () => Promise<void> } {
  shared ??= { template: createTemplate(), users: 0 };
  const own = shared;
  own.users += 1;
  const release = async (): Promise<void> => {
    own.users -= 1;
    if (own.users > 0) return;
    if (shared === own) shared = undefined;
    // Undefined when the template was never made, which removed what there was of it.
    const template = await own.template.catch(() => undefined);
    if (template !== undefined) await rm(template.folder, { recursive: true, force: true });
  };
  return { template: own.template, release };
}

function running(server: PostgresServer, stop: () => Promise<void>): RunningServer {
  let stopped: Promise<void> | undefined;
  return {
    port: server.port,
    superuserUrl: server.urlOf('postgres'),
    urlOf: (database) => server.urlOf(database),
    kill: () => server.kill(),
    restart: () => server.start(),
    stop: () => (stopped ??= stop()),
  };
}

async function startReplica(primary: PostgresServer): Promise<PostgresReplica> {
  const { username, password, port } = new URL(primary.urlOf('postgres'));
  const settings = {
    primary_conninfo: `host=127.0.0.1 port=${port} user=${username} password=${password}`,
    // A standby that has lost its primary looks for it again so soon.
    wal_retrieve_retry_interval: '200ms',
  };
  const { server, release } = await create({ standby: true, settings });
  const caughtUp = async (): Promise<void> => {
    const [written] = await query<{ position: string }>(primary.urlOf('postgres'), 'SELECT pg_current_wal_flush_lsn()::text AS position');
    const isBehind = async () => (await query(server.urlOf('postgres'), `SELECT WHERE pg_last_wal_replay_lsn() >= '${written?.position ?? ''}'`)).length === 0;
    while (await isBehind()) await sleep(10);
  };
  await caughtUp();
  return {
    ...running(server, async () => {
      await server.remove();
      await release();
    }),
    caughtUp,
    pauseReplay: async () => {
      await query(server.urlOf('postgres'), 'SELECT pg_wal_replay_pause()');
      while ((await query(server.urlOf('postgres'), "SELECT WHERE pg_get_wal_replay_pause_state() = 'paused'")).length === 0) await sleep(10);
    },
    resumeReplay: async () => void (await query(server.urlOf('postgres'), 'SELECT pg_wal_replay_resume()')),
  };
}

async function query<Row extends QueryResultRow>(url: string, text: string): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url });
  // Unheard, the end of a server that is killed meanwhile would end this process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
