import { DatabaseError, type QueryResultRow } from 'pg';
import { defineQueries, type Database, type Query } from './database';
import type { Deadline } from './deadline';

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

/** What a shard knows, as {@link MapColumns}; the names keep clear of a store's columns. */
export const MAP_COLUMNS = 'refuses_below AS map_refuses_below, in_use AS map_in_use, shard AS map_shard, fingerprint AS map_fingerprint, buckets AS map_buckets';

/** A store's reads on shards; see `defineQueries`. */
export function defineShardReads<Name extends string>(texts: Readonly<Record<Name, string>>): Readonly<Record<Name, ShardRead>> {
  // From one snapshot: the shard's state, always, and with it the rows, if any.
  const guarded = (text: string): string =>
    `SELECT map.*, answer.* FROM (SELECT ${MAP_COLUMNS} FROM shard_map) AS map LEFT JOIN LATERAL (SELECT true AS map_answer, found.* FROM (${text}) AS found) AS answer ON true`;
  return statements('read', Object.fromEntries(Object.entries<string>(texts).map(([name, text]) => [name, guarded(text)])) as Record<Name, string>);
}

/** A store's writes on shards; see `defineQueries`. */
export function defineShardWrites<Name extends string>(texts: Readonly<Record<Name, ShardWriteText>>): Readonly<Record<Name, ShardWrite>> {
  // The guard is the outer side of the join, so it is called, and takes its lock, before any row is touched.
  const guarded = ({ with: expressions, select }: ShardWriteText): string =>
    `WITH map_guard AS MATERIALIZED (SELECT shard_map_guard($1::text)), ${expressions} SELECT answer.* FROM map_guard LEFT JOIN (SELECT true AS map_answer, given.* FROM (${select}) AS given) AS answer ON true`;
  return statements('write', Object.fromEntries(Object.entries<ShardWriteText>(texts).map(([name, text]) => [name, guarded(text)])) as Record<Name, string>);
}

function statements<Kind extends 'read' | 'write', Name extends string>(kind: Kind, texts: Readonly<Record<Name, string>>) {
  const entries = Object.entries<Query>(defineQueries(texts)).map(([name, query]) => [name, { kind, query }]);
  return Object.freeze(Object.fromEntries(entries) as Record<Name, { readonly kind: Kind; readonly query: Query }>);
}

/** This process has a map that a shard refuses. */
export class StaleMapError extends Error {
  override readonly name = 'StaleMapError';
}

/** This process has a map that a shard has not yet taken into use. */
export class MapNotInUseError extends Error {
  override readonly name = 'MapNotInUseError';
}

/** This process takes one shard for another, or has another map than the shards under the same version, or another number of buckets. */
export class OtherMapError extends Error {
  override readonly name = 'OtherMapError';
}

/** A row of {@link MAP_COLUMNS}. */
export interface MapColumns extends QueryResultRow {
  readonly map_refuses_below: number;
  readonly map_in_use: number;
  readonly map_shard: number | null;
  readonly map_fingerprint: string | null;
  readonly map_buckets: number | null;
}

/** What the wrapping of {@link defineShardReads} and {@link defineShardWrites} adds to each row. */
interface GuardColumns extends MapColumns {
  /** Null when there was no row. */
  readonly map_answer: true | null;
}

/** What a process takes a shard for. */
export interface Claim {
  readonly shard: number;
  readonly version: number;
  readonly fingerprint: string;
  /** How many there are. */
  readonly buckets: number;
}

export interface Statement {
  readonly query: Query;
  readonly values: readonly unknown[];
  readonly deadline: Deadline;
}

/** @throws StaleMapError or OtherMapError when a shard may not be used by a process that claims this, now or later */
export function refuseOther(known: MapColumns, { shard, version, fingerprint, buckets }: Claim): void {
  if (known.map_refuses_below > version) throw new StaleMapError();
  const differs = <Value>(told: Value | null, claimed: Value): boolean => told !== null && told !== claimed;
  const isOtherMap = known.map_refuses_below === version && differs(known.map_fingerprint, fingerprint);
  if (isOtherMap || differs(known.map_shard, shard) || differs(known.map_buckets, buckets)) throw new OtherMapError();
}

/** SQLSTATEs of `shard_map_guard`. */
const STALE_STATE = 'SM001';
const NOT_IN_USE_STATE = 'SM002';
const OTHER_MAP_STATE = 'SM003';

export async function guardedRead<Row extends QueryResultRow>(database: Database, { query, values, deadline }: Statement, claim: Claim): Promise<readonly Row[]> {
  const rows = await database.query<Row & GuardColumns>(query, values, deadline);
  const [first] = rows;
  if (first === undefined) throw new Error('the table shard_map has no row');
  refuseOther(first, claim);
  if (first.map_in_use < claim.version || first.map_shard === null || first.map_fingerprint === null) throw new MapNotInUseError();
  return rows.filter((row) => row.map_answer !== null);
}

export async function guardedWrite<Row extends QueryResultRow>(database: Database, { query, values, deadline }: Statement, { shard, version, fingerprint }: Claim): Promise<readonly Row[]> {
  try {
    const rows = await database.query<Row & GuardColumns>(query, [`${version}/${shard}/${fingerprint}`, ...values], deadline);
    return rows.filter((row) => row.map_answer !== null);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === STALE_STATE) throw new StaleMapError(undefined, { cause: error });
    if (error instanceof DatabaseError && error.code === NOT_IN_USE_STATE) throw new MapNotInUseError(undefined, { cause: error });
    if (error instanceof DatabaseError && error.code === OTHER_MAP_STATE) throw new OtherMapError(undefined, { cause: error });
    throw error;
  }
}
