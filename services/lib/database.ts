import { DatabaseError, Pool, type ClientConfig, type QueryResultRow } from 'pg';
import type { Logger } from 'pino';
import type { DatabaseTls, PoolSize } from './config';
import type { DatabaseAddress } from './database-url';
import type { DatabaseRole, Metrics, QueryOutcome } from './metrics';

/**
 * How long a query waits for a connection, and a connection for its server. The strategy's 30 s are
 * longer than any request lives: the client would be gone, the queue still full.
 */
export const ACQUIRE_TIMEOUT_MILLIS = 2_000;
/** How long a connection above the pool's minimum stays open unused (the strategy's 10 s). */
export const IDLE_TIMEOUT_MILLIS = 10_000;
/** After this the server cancels a query itself. */
export const STATEMENT_TIMEOUT_MILLIS = 5_000;
/** After this the connection of a server that does not answer at all is given up. */
export const READ_TIMEOUT_MILLIS = 6_000;

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

/** The database cannot answer now: not reached, no connection free, shutting down, read-only after a failover, or over its time. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';

  constructor(cause: unknown) {
    super('database unavailable', { cause });
  }
}

/**
 * SQLSTATE classes that speak about the server or the connection, not about the statement: 08 connection,
 * 28 authorization, 3D no such database, 53 resources, 57 operator intervention; and 25006, a demoted primary.
 */
const unavailableStates = /^(?:08|28|3D|53|57|25006)/;

function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseError) return unavailableStates.test(error.code ?? '');
  // Whatever else the driver rejects with is about the connection, unless our own code is at fault.
  return !(error instanceof TypeError || error instanceof RangeError);
}

/** Options of node-postgres for one database; TLS is verified or off, and nothing is left to `PG*` variables. */
export function clientOptions(address: DatabaseAddress, tls: DatabaseTls, applicationName: string): ClientConfig {
  return {
    ...address,
    ssl: tls.kind === 'verified' ? { ca: tls.caPem, rejectUnauthorized: true } : false,
    application_name: applicationName,
    connectionTimeoutMillis: ACQUIRE_TIMEOUT_MILLIS,
    keepAlive: true,
  };
}

export interface DatabaseOptions {
  readonly address: DatabaseAddress;
  readonly role: DatabaseRole;
  readonly pool: PoolSize;
}

/** What every database of a process is opened with. */
export interface DatabaseContext {
  readonly service: string;
  readonly tls: DatabaseTls;
  readonly metrics: Pick<Metrics, 'observeQuery'>;
  readonly logger: Logger;
}

/** A pool of connections to one Postgres server. Connections are made as queries need them. */
export class Database {
  readonly role: DatabaseRole;
  private readonly pool: Pool;

  constructor(
    { address, role, pool }: DatabaseOptions,
    private readonly context: DatabaseContext,
  ) {
    this.role = role;
    this.pool = new Pool({
      ...clientOptions(address, context.tls, context.service),
      min: pool.minimum,
      max: pool.maximum,
      idleTimeoutMillis: IDLE_TIMEOUT_MILLIS,
      statement_timeout: STATEMENT_TIMEOUT_MILLIS,
      query_timeout: READ_TIMEOUT_MILLIS,
    });
    // An idle connection that breaks has no query to report to; unheard, the event would end the process.
    this.pool.on('error', (error) => context.logger.warn({ err: error, role }, 'idle database connection lost'));
  }

  /**
   * Runs one statement; the rows are trusted to have the shape that its SQL gives them.
   *
   * @throws DatabaseUnavailableError when the database cannot answer now, pg's DatabaseError when it refuses the statement
   */
  async query<Row extends QueryResultRow>(query: Query, values: readonly unknown[]): Promise<readonly Row[]> {
    const start = process.hrtime.bigint();
    let outcome: QueryOutcome = 'ok';
    try {
      // Without pg's `name`: prepared statements pin a session of a pooler such as RDS Proxy.
      const { rows } = await this.pool.query<Row>(query.text, [...values]);
      return rows;
    } catch (error) {
      const unavailable = isUnavailable(error);
      outcome = unavailable ? 'unavailable' : 'error';
      throw unavailable ? new DatabaseUnavailableError(error) : error;
    } finally {
      this.context.metrics.observeQuery({ query: query.name, role: this.role, outcome, seconds: Number(process.hrtime.bigint() - start) / 1e9 });
    }
  }

  /** Waits for the queries that run, then closes every connection. */
  async close(): Promise<void> {
    await this.pool.end();
  }
}
