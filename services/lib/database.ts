import type { ClientConfig, QueryResultRow } from 'pg';
import type { Logger } from 'pino';
import type { DatabaseTls, PoolSize } from './config';
import { ConnectionPool } from './connection-pool';
import type { Work } from './connection-use';
import { DatabaseBreaker } from './database-breaker';
import { DatabaseUnavailableError } from './database-error';
import type { DatabaseAddress } from './database-url';
import { Deadline } from './deadline';
import type { DatabaseRole, Metrics, QueryOutcome } from './metrics';
import { parseWalPosition, UNREACHED_POSITION, type WalPosition } from './wal-position';

export { DatabaseUnavailableError };

/** How long a connection may take to open. */
export const CONNECT_TIMEOUT_MILLIS = 2_000;
/** After this the server cancels a query itself. */
export const STATEMENT_TIMEOUT_MILLIS = 5_000;
/** Deadline of a query that is given none; the statement's own time limit comes first. */
export const READ_TIMEOUT_MILLIS = 6_000;
/** So often the server looks whether the client of a query that runs is still there: one that was given up ends soon. */
export const CLIENT_CHECK_MILLIS = 500;

/** A statement with the name under which it is measured. Only {@link defineQueries} makes one. */
export class Query {
  private constructor(
    readonly name: string,
    readonly text: string,
  ) {}

  /** @internal */
  static named(name: string, text: string): Query {
    return new Query(name, text);
  }
}

/** A store's queries: the keys are the enumeration of names that metrics use, the values are SQL. */
export function defineQueries<Name extends string>(texts: Readonly<Record<Name, string>>): Readonly<Record<Name, Query>> {
  const queries = Object.entries<string>(texts).map(([name, text]): [string, Query] => [name, Query.named(name, text)]);
  return Object.freeze(Object.fromEntries(queries) as Record<Name, Query>);
}

const QUERIES = defineQueries({
  // One that was demoted has no log of its own, and is to say so by where it is, not by an error of SQL.
  walPosition: 'SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END)::text AS position',
});

interface PositionRow {
  readonly position: string;
}

/** Options of node-postgres for one database; TLS is verified or off, and nothing is left to `PG*` variables. */
export function clientOptions(address: DatabaseAddress, tls: DatabaseTls, applicationName: string): ClientConfig {
  return {
    ...address,
    ssl: tls.kind === 'verified' ? { ca: tls.caPem, rejectUnauthorized: true } : false,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MILLIS,
    keepAlive: true,
  };
}

export interface DatabaseOptions {
  readonly address: DatabaseAddress;
  readonly role: DatabaseRole;
  /** Its place among the databases of its role, from 0. @default 0 */
  readonly number?: number;
  readonly pool: PoolSize;
  /** Refuses queries while the server fails. @default none */
  readonly breaker?: DatabaseBreaker;
  /** Told how each query fared, before its promise settles; undefined when the server did its part. @default nobody */
  readonly onOutcome?: (failure: DatabaseUnavailableError | undefined) => void;
  /** An idle connection has broken. @default nobody */
  readonly onIdleLoss?: () => void;
}

/** What every database of a process is opened with. */
export interface DatabaseContext {
  readonly service: string;
  readonly tls: DatabaseTls;
  readonly metrics: Pick<Metrics, 'observeQuery' | 'registry'>;
  readonly logger: Logger;
}

/** What a write has done. */
export interface WriteResult<Row> {
  readonly rows: readonly Row[];
  /** A server that has replayed this has the write. {@link UNREACHED_POSITION} when the server did not say. */
  readonly position: WalPosition;
}

/** A pool of connections to one Postgres server. Connections are made as queries need them. */
export class Database {
  readonly role: DatabaseRole;
  readonly number: number;
  /** Its connections, for metrics. */
  readonly connections: ConnectionPool;
  readonly breaker: DatabaseBreaker | undefined;

  constructor(
    { address, role, number = 0, pool, breaker, onOutcome = () => undefined, onIdleLoss = () => undefined }: DatabaseOptions,
    private readonly context: DatabaseContext,
  ) {
    this.role = role;
    this.number = number;
    this.breaker = breaker;
    this.connections = new ConnectionPool({
      client: { ...clientOptions(address, context.tls, context.service), statement_timeout: STATEMENT_TIMEOUT_MILLIS, options: `-c client_connection_check_interval=${CLIENT_CHECK_MILLIS}` },
      size: pool,
      role,
      onOutcome,
      onIdleLoss: (error) => {
        context.logger.warn({ err: error, role, number }, 'idle database connection lost');
        onIdleLoss();
        // Its session alone may have been ended. Of a server that is gone, new ones soon fail.
        this.connections.fill();
      },
    });
    // Who came before it opened would be refused now, and has asked nothing yet: it need not wait to hear so.
    breaker?.onOpen(() => this.connections.refuseUnconnected(new DatabaseUnavailableError(undefined, 'refused')));
  }

  /**
   * Runs one statement; the rows are trusted to have the shape that its SQL gives them.
   *
   * @param deadline for the wait for a connection too; then the connection is destroyed. @default {@link READ_TIMEOUT_MILLIS}
   * @param place `first` goes ahead of all who wait for a connection. @default 'last'
   * @throws DatabaseUnavailableError when the database cannot answer now, pg's DatabaseError when it refuses the statement
   */
  query<Row extends QueryResultRow>(query: Query, values: readonly unknown[], deadline = Deadline.after(READ_TIMEOUT_MILLIS), place: 'first' | 'last' = 'last'): Promise<readonly Row[]> {
    return this.measured(query, () => this.connections.run(rowsOf<Row>(query, values), deadline, place));
  }

  /**
   * As {@link query}, ahead of all who wait for a connection, and while the breaker refuses others as well: it tries the server.
   *
   * @param accept takes the rows; what it throws is how the query fared
   */
  probe<Row extends QueryResultRow, Value>(query: Query, deadline: Deadline, accept: (rows: readonly Row[]) => Value): Promise<Value> {
    return this.measured(query, async () => accept(await this.connections.run(rowsOf<Row>(query, []), deadline, 'first')), true);
  }

  /**
   * Runs one statement that commits by itself, and asks its connection how far the log is then. Once the statement is
   * done, nothing makes this fail: a client that is told "failed" would do it again.
   *
   * @throws as {@link query}; then the write may have been done, unless the reason is `busy` or `refused`
   */
  async write<Row extends QueryResultRow>(query: Query, values: readonly unknown[], deadline: Deadline): Promise<WriteResult<Row>> {
    const work: Work<WriteResult<Row>> = (client, settle) => {
      client.query<Row>(query.text, [...values], (error: Error | null, result) => {
        if (error) return settle.reject(error);
        const { rows } = result;
        settle.keep({ rows, position: UNREACHED_POSITION });
        client.query<PositionRow>(QUERIES.walPosition.text, (lost: Error | null, positions) => {
          if (lost) settle.reject(lost);
          else settle.resolve({ rows, position: positionOf(positions.rows) });
        });
      });
    };
    const written = await this.measured(query, () => this.connections.run(work, deadline));
    if (written.position !== UNREACHED_POSITION) return written;
    // Any later position will do, so another connection may say it.
    const position = await this.position(deadline, 'first').catch(() => UNREACHED_POSITION);
    return { ...written, position };
  }

  /**
   * Asks how far its log is.
   *
   * @returns {@link UNREACHED_POSITION} when the server does not say
   * @throws as {@link query}
   */
  async position(deadline: Deadline, place: 'first' | 'last' = 'last'): Promise<WalPosition> {
    return positionOf(await this.query<PositionRow>(QUERIES.walPosition, [], deadline, place));
  }

  /** Waits for the queries that run, then closes every connection. */
  async close(): Promise<void> {
    await this.connections.close();
  }

  private async measured<Value>(query: Query, run: () => Promise<Value>, isProbe = false): Promise<Value> {
    const start = performance.now();
    let outcome: QueryOutcome = 'ok';
    try {
      return await (this.breaker === undefined ? run() : this.breaker.run(run, isProbe));
    } catch (error) {
      outcome = error instanceof DatabaseUnavailableError ? 'unavailable' : 'error';
      throw error;
    } finally {
      this.context.metrics.observeQuery({ query: query.name, role: this.role, outcome, seconds: (performance.now() - start) / 1_000 });
    }
  }
}

function rowsOf<Row extends QueryResultRow>({ text }: Query, values: readonly unknown[]): Work<readonly Row[]> {
  return (client, settle) => {
    // Without pg's `name`: prepared statements pin a session of a pooler such as RDS Proxy.
    client.query<Row>(text, [...values], (error: Error | null, result) => (error ? settle.reject(error) : settle.resolve(result.rows)));
  };
}

function positionOf(rows: readonly PositionRow[]): WalPosition {
  return parseWalPosition(rows[0]?.position ?? '') ?? UNREACHED_POSITION;
}
