import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryResultRow } from 'pg';
import { DatabaseUnavailableError, defineQueries, type Database, type Query } from './database';
import { Deadline } from './deadline';
import { HttpProblem } from './problem';
import { guardedRead, guardedWrite, MAP_COLUMNS, MapNotInUseError, OtherMapError, refuseOther, StaleMapError, type Claim, type MapColumns, type ShardRead, type ShardWrite } from './shard-statements';
import { ShardLocator, type ShardMap } from './shards';

/** The one shard that a piece of work may use. */
export interface Shard {
  /** Counted from 0, as in the map. */
  readonly number: number;
  /** The bucket of a key, for rows that carry it. */
  readonly bucketOf: (key: string) => number;
  /**
   * Its buckets as an `int4multirange`. What reads many buckets asks for these alone: a bucket that was moved has its rows
   * at two places for a while.
   */
  readonly buckets: string;
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

const QUERIES = defineQueries({
  shardMapState: `SELECT ${MAP_COLUMNS} FROM shard_map`,
  tellShardMap: `SELECT ${MAP_COLUMNS} FROM shard_map_tell($1, $2, $3)`,
  useShardMap: 'UPDATE shard_map SET in_use = greatest(in_use, $1), buckets = $2 WHERE refuses_below >= $1 AND (buckets IS NULL OR buckets = $2)',
});

/**
 * Rows spread over databases by a {@link ShardMap}. Two versions of the map may meet, during a rollout:
 *
 * - Each shard holds the lowest version that it accepts and the version in use, and every statement checks them itself:
 *   nothing is read or written under another version, and it costs no round trip.
 * - The first process that meets shards with an older version tells every one of them to refuse it. Only then may the
 *   new version be used anywhere: no key is ever served at its old and its new place.
 * - A process with an older version answers 503 with `Retry-After` from then on.
 * - So does one with the same version of another content, or with the shards in another order: each shard knows which one it
 *   is, and the fingerprint of its map. A map that was wrong is replaced by one with a higher version.
 * - So does one whose map has another number of buckets than the one in use, whatever its version: ids carry their bucket.
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
      if (error instanceof OtherMapError) throw unavailable('this server has another shard map than the shards, under the same version, or another number of buckets, or their databases in another order; try again', error);
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
      buckets: locator.bucketsOf(number),
      query: ({ kind, query }, values) => (kind === 'read' ? guardedRead : guardedWrite)(database, { query, values, deadline }, claimOf(locator, number)),
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
    const { version, fingerprint, buckets } = this.locator;
    const check = (states: readonly MapColumns[]): void => states.forEach((state, shard) => refuseOther(state, claimOf(this.locator, shard)));
    // Asked before any is told: told and not in use everywhere, a version keeps the older one's processes from serving.
    check(await this.onEvery<MapColumns>(QUERIES.shardMapState, () => []));
    check(await this.onEvery<MapColumns>(QUERIES.tellShardMap, (shard) => [version, shard, fingerprint]));
    await this.onEvery(QUERIES.useShardMap, () => [version, buckets]);
  }

  private async onEvery<Row extends QueryResultRow>(query: Query, values: (shard: number) => readonly unknown[]): Promise<readonly Row[]> {
    const outcomes = await Promise.allSettled(this.databases.map((database, shard) => database.query<Row>(query, values(shard), Deadline.after(this.timeoutMillis))));
    const missing = outcomes.flatMap(({ status }, number) => (status === 'rejected' ? [number] : []));
    const [first] = outcomes.filter((outcome) => outcome.status === 'rejected');
    if (first === undefined) return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
    if (!(first.reason instanceof DatabaseUnavailableError)) throw first.reason;
    throw unavailable(`a new version of the shard map needs every shard once, and shard ${missing.join(', ')} cannot be reached just now; try again`, first.reason);
  }
}

const claimOf = ({ version, fingerprint, buckets }: ShardLocator, shard: number): Claim => ({ shard, version, fingerprint, buckets });

function unavailable(detail: string, cause: unknown): HttpProblem {
  return new HttpProblem({ status: 503, detail, headers: { 'Retry-After': '1' } }, cause);
}
