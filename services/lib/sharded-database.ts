import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, type QueryResultRow } from 'pg';
import { DatabaseUnavailableError, defineQueries, type Database, type Query } from './database';
import { Deadline } from './deadline';
import { HttpProblem } from './problem';
import { ShardLocator, type ShardMap } from './shards';

/** One SELECT. The version of the shard's map is read by the same statement. Made by {@link defineShardReads}. */
export interface ShardRead {
  readonly kind: 'read';
  readonly query: Query;
}

/** One statement that writes, and writes nothing under a map that its shard refuses. Made by {@link defineShardWrites}. */
export interface ShardWrite {
  readonly kind: 'write';
  readonly query: Query;
}

/** A data-modifying statement in its parts; `$1` is taken, its own parameters start with `$2`. */
export interface ShardWriteText {
  /** The common table expressions, without the word WITH. */
  readonly with: string;
  /** The rows it answers. */
  readonly select: string;
}

/** A store's reads on shards; see `defineQueries`. */
export function defineShardReads<Name extends string>(texts: Readonly<Record<Name, string>>): Readonly<Record<Name, ShardRead>> {
  // From one snapshot: the shard's state, always, and with it the rows, if any.
  const guarded = (text: string): string =>
    `SELECT map.refuses_below AS map_refuses_below, map.in_use AS map_in_use, answer.* FROM shard_map AS map LEFT JOIN LATERAL (SELECT true AS map_answer, found.* FROM (${text}) AS found) AS answer ON true`;
  return statements('read', Object.fromEntries(Object.entries<string>(texts).map(([name, text]) => [name, guarded(text)])) as Record<Name, string>);
}

/** A store's writes on shards; see `defineQueries`. */
export function defineShardWrites<Name extends string>(texts: Readonly<Record<Name, ShardWriteText>>): Readonly<Record<Name, ShardWrite>> {
  // The guard is the outer side of the join, so it is called, and takes its lock, before any row is touched.
  const guarded = ({ with: expressions, select }: ShardWriteText): string =>
    `WITH map_guard AS MATERIALIZED (SELECT shard_map_guard($1)), ${expressions} SELECT answer.* FROM map_guard LEFT JOIN (SELECT true AS map_answer, given.* FROM (${select}) AS given) AS answer ON true`;
  return statements('write', Object.fromEntries(Object.entries<ShardWriteText>(texts).map(([name, text]) => [name, guarded(text)])) as Record<Name, string>);
}

function statements<Kind extends 'read' | 'write', Name extends string>(kind: Kind, texts: Readonly<Record<Name, string>>) {
  const entries = Object.entries<Query>(defineQueries(texts)).map(([name, query]) => [name, { kind, query }]);
  return Object.freeze(Object.fromEntries(entries) as Record<Name, { readonly kind: Kind; readonly query: Query }>);
}

/** The one shard that a piece of work may use. */
export interface Shard {
  /** Counted from 0, as in the map. */
  readonly number: number;
  /** The bucket of a key, for rows that carry it. */
  readonly bucketOf: (key: string) => number;
  /** Rows in no certain order; for a write `values` are `$2` and on. Errors are those of `Database.query`. */
  readonly query: <Row extends QueryResultRow>(statement: ShardRead | ShardWrite, values: readonly unknown[]) => Promise<readonly Row[]>;
}

/** Work on one shard. It is run a second time when the first found the map not yet in use, before it had any effect. */
export type ShardWork<Result> = (shard: Shard) => Promise<Result>;

export interface ShardedDatabaseOptions {
  readonly map: ShardMap;
  /** In shard order. Those that the map gives no bucket are told its version too. */
  readonly databases: readonly Database[];
  /** How long work on a shard may take before its shard counts as unreachable. */
  readonly timeoutSeconds: number;
}

/** SQLSTATEs of `shard_map_guard`. */
const STALE_STATE = 'SM001';
const NOT_IN_USE_STATE = 'SM002';

const QUERIES = defineQueries({
  shardMapState: 'SELECT refuses_below FROM shard_map',
  refuseOlderShardMaps: 'SELECT shard_map_refuse_below($1) AS refuses_below',
  useShardMap: 'UPDATE shard_map SET in_use = greatest(in_use, $1) WHERE refuses_below >= $1',
});

/** This process has a map that a shard refuses. */
class StaleMapError extends Error {
  override readonly name = 'StaleMapError';
}

/** This process has a map that a shard has not yet taken into use. */
class MapNotInUseError extends Error {
  override readonly name = 'MapNotInUseError';
}

/**
 * Rows spread over databases by a {@link ShardMap}. Two versions of the map may meet, during a rollout:
 *
 * - Each shard holds the lowest version that it accepts and the version in use, and every statement checks them itself:
 *   nothing is read or written under another version, and it costs no round trip.
 * - The first process that meets shards with an older version tells every one of them to refuse it. Only then may the
 *   new version be used anywhere: no key is ever served at its old and its new place.
 * - A process with an older version answers 503 with `Retry-After` from then on.
 *
 * Rows of moved buckets must be at their new place before a process has the new map; nothing here moves them.
 */
export class ShardedDatabase {
  private readonly locator: ShardLocator;
  private readonly databases: readonly Database[];
  private readonly timeoutMillis: number;
  private taking: Promise<void> | undefined;

  constructor({ map, databases, timeoutSeconds }: ShardedDatabaseOptions) {
    this.locator = new ShardLocator(map);
    this.databases = databases;
    this.timeoutMillis = timeoutSeconds * 1_000;
  }

  /** How many virtual buckets there are. */
  get buckets(): number {
    return this.locator.buckets;
  }

  /**
   * Runs work on the shard of a key.
   *
   * @throws HttpProblem 503 with `Retry-After` when the shard cannot be reached in time, or refuses this process's map;
   *   after a write, the write may have been done
   */
  executeOnShard<Result>(key: string, work: ShardWork<Result>): Promise<Result> {
    return this.executeOnBucket(this.locator.bucketOf(key), work);
  }

  /** As {@link executeOnShard}, for a bucket that a stored id gives. @throws RangeError for a bucket that is not there */
  async executeOnBucket<Result>(bucket: number, work: ShardWork<Result>): Promise<Result> {
    const number = this.locator.shardOfBucket(bucket);
    try {
      return await this.execute(number, work);
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) throw unavailable(`shard ${number} cannot be reached just now; try again`, error);
      throw error;
    }
  }

  /**
   * Runs work on every shard at once; its cost grows with the number of shards.
   *
   * @returns every result, in shard order: never only some
   * @throws HttpProblem 503 with `Retry-After` that names the shards which could not be reached in time
   */
  async fanOut<Result>(work: ShardWork<Result>): Promise<readonly Result[]> {
    const { shards } = this.locator;
    const outcomes = await Promise.allSettled(shards.map((number) => this.execute(number, work)));
    const failures = outcomes.flatMap((outcome, index) => (outcome.status === 'rejected' ? [{ number: shards[index], error: outcome.reason as unknown }] : []));
    const other = failures.find(({ error }) => !(error instanceof DatabaseUnavailableError));
    if (other !== undefined) throw other.error;
    if (failures.length > 0) {
      const names = failures.map(({ number }) => String(number)).join(', ');
      throw unavailable(`shard ${names} of ${shards.length} cannot be reached just now, and this answer needs every shard; try again`, failures[0]?.error);
    }
    return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  }

  private async execute<Result>(number: number, work: ShardWork<Result>): Promise<Result> {
    try {
      return await this.attempt(number, work, Deadline.after(this.timeoutMillis));
    } catch (error) {
      if (error instanceof StaleMapError) throw unavailable(`this server has version ${this.locator.version} of the shard map, which has been replaced; try again`, error);
      if (error instanceof MapNotInUseError) throw unavailable(`version ${this.locator.version} of the shard map is not in use yet; try again`, error);
      throw error;
    }
  }

  private async attempt<Result>(number: number, work: ShardWork<Result>, deadline: Deadline): Promise<Result> {
    const shard = this.shard(number, deadline);
    try {
      return await work(shard);
    } catch (error) {
      if (!(error instanceof MapNotInUseError)) throw error;
    }
    await this.takenIntoUse(deadline);
    return work(shard);
  }

  private shard(number: number, deadline: Deadline): Shard {
    const database = this.databases[number];
    if (database === undefined) throw new RangeError(`the shard map names shard ${number}, which is not open`);
    const { locator } = this;
    return {
      number,
      bucketOf: (key) => locator.bucketOf(key),
      query: ({ kind, query }, values) => (kind === 'read' ? guardedRead(database, { query, values, deadline }, locator.version) : guardedWrite(database, { query, values, deadline }, locator.version)),
    };
  }

  /** Waits for it no longer than the deadline; it may go on without this one. */
  private async takenIntoUse(deadline: Deadline): Promise<void> {
    const abort = new AbortController();
    const late = sleep(deadline.remainingMillis, undefined, { signal: abort.signal }).then(() => {
      throw new DatabaseUnavailableError(undefined, 'late');
    });
    const taking = this.takeIntoUse();
    try {
      await Promise.race([taking, late]);
    } finally {
      // The loser of the race has nobody to hear it.
      taking.catch(() => undefined);
      late.catch(() => undefined);
      abort.abort();
    }
  }

  /** One attempt at a time, which all who wait share. */
  private takeIntoUse(): Promise<void> {
    this.taking ??= this.tellEveryShard().finally(() => {
      this.taking = undefined;
    });
    return this.taking;
  }

  private async tellEveryShard(): Promise<void> {
    const { version } = this.locator;
    // Asked before any is told: told and not in use everywhere, a version keeps the older one's processes from serving.
    const states = await this.onEvery<{ refuses_below: number }>(QUERIES.shardMapState, []);
    if (states.some((state) => state.refuses_below > version)) throw new StaleMapError();
    const told = await this.onEvery<{ refuses_below: number }>(QUERIES.refuseOlderShardMaps, [version]);
    if (told.some((state) => state.refuses_below > version)) throw new StaleMapError();
    await this.onEvery(QUERIES.useShardMap, [version]);
  }

  private async onEvery<Row extends QueryResultRow>(query: Query, values: readonly unknown[]): Promise<readonly Row[]> {
    const outcomes = await Promise.allSettled(this.databases.map((database) => database.query<Row>(query, values, Deadline.after(this.timeoutMillis))));
    const missing = outcomes.flatMap(({ status }, number) => (status === 'rejected' ? [number] : []));
    const [first] = outcomes.filter((outcome) => outcome.status === 'rejected');
    if (first === undefined) return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
    if (!(first.reason instanceof DatabaseUnavailableError)) throw first.reason;
    throw unavailable(`a new version of the shard map needs every shard once, and shard ${missing.join(', ')} cannot be reached just now; try again`, first.reason);
  }
}

function unavailable(detail: string, cause: unknown): HttpProblem {
  return new HttpProblem({ status: 503, detail, headers: { 'Retry-After': '1' } }, cause);
}

/** What the wrapping of {@link defineShardReads} and {@link defineShardWrites} adds to each row. */
interface GuardColumns extends QueryResultRow {
  readonly map_refuses_below: number;
  readonly map_in_use: number;
  /** Null when there was no row. */
  readonly map_answer: true | null;
}

interface Statement {
  readonly query: Query;
  readonly values: readonly unknown[];
  readonly deadline: Deadline;
}

async function guardedRead<Row extends QueryResultRow>(database: Database, { query, values, deadline }: Statement, version: number): Promise<readonly Row[]> {
  const rows = await database.query<Row & GuardColumns>(query, values, deadline);
  const [first] = rows;
  if (first === undefined) throw new Error('the table shard_map has no row');
  if (first.map_refuses_below > version) throw new StaleMapError();
  if (first.map_in_use < version) throw new MapNotInUseError();
  return rows.filter((row) => row.map_answer !== null);
}

async function guardedWrite<Row extends QueryResultRow>(database: Database, { query, values, deadline }: Statement, version: number): Promise<readonly Row[]> {
  try {
    const rows = await database.query<Row & GuardColumns>(query, [version, ...values], deadline);
    return rows.filter((row) => row.map_answer !== null);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === STALE_STATE) throw new StaleMapError(undefined, { cause: error });
    if (error instanceof DatabaseError && error.code === NOT_IN_USE_STATE) throw new MapNotInUseError(undefined, { cause: error });
    throw error;
  }
}
