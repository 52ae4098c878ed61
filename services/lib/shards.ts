import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Where every virtual bucket lives. A change is a new version, never an edit in place. */
export interface ShardMap {
  /** Counts up from 1. */
  readonly version: number;
  /** Virtual buckets, 1,024 to 65,536; fixed for the life of the data, since ids carry their bucket. */
  readonly buckets: number;
  readonly ranges: readonly ShardRange[];
}

/** Buckets `from` to `to`, both included, live on shard number `shard`, counted from 0. */
export interface ShardRange {
  readonly from: number;
  readonly to: number;
  readonly shard: number;
}

const count = z.int().nonnegative();

/** The JSON form of a {@link ShardMap}, strict; {@link shardMapProblems} checks what its ranges say. */
export const shardMapSchema = z.strictObject({
  // Shards keep it as an integer.
  version: z.int().min(1).max(2_147_483_647),
  buckets: z.int().min(1_024).max(65_536),
  ranges: z.array(z.strictObject({ from: count, to: count, shard: count })).min(1),
});

/** What is wrong with a map for that many shards: buckets left out or claimed twice, ranges turned round, shards that do not exist. */
export function shardMapProblems(map: ShardMap, shardCount: number): readonly string[] {
  const problems: string[] = [];
  let next = 0;
  for (const { from, to, shard } of [...map.ranges].sort((a, b) => a.from - b.from)) {
    if (to < from) problems.push(`the range ${from} to ${to} runs backwards`);
    if (from > next) problems.push(`buckets ${next} to ${from - 1} have no shard`);
    if (from < next) problems.push(`buckets ${from} to ${Math.min(to, next - 1)} are given twice`);
    if (shard >= shardCount) problems.push(`the range ${from} to ${to} names shard ${shard}, the last one is ${shardCount - 1}`);
    next = Math.max(next, to + 1);
  }
  if (next < map.buckets) problems.push(`buckets ${next} to ${map.buckets - 1} have no shard`);
  if (next > map.buckets) problems.push(`bucket ${next - 1} is beyond the last one, ${map.buckets - 1}`);
  return problems;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Of a UTF-16 unit in UTF-8. */
const BYTES_PER_UNIT_MAXIMUM = 3;
const encoder = new TextEncoder();
/** Where keys are encoded, one after the other: a look-up then makes no garbage, and is faster than reading the units of a string one by one. */
const scratch = new Uint8Array(1_024);

/**
 * The hash that places keys, an unsigned 32-bit number: FNV-1a over the key's UTF-8 bytes, then
 * MurmurHash3's 32-bit finalizer, since the low bits of FNV-1a alone are uneven for short keys.
 * It may never change: stored rows are found by it. Test vectors are in `shards.test.ts`.
 */
export function hashKey(key: string): number {
  if (key.length * BYTES_PER_UNIT_MAXIMUM > scratch.length) {
    const bytes = Buffer.from(key, 'utf8');
    return hashBytes(bytes, bytes.length);
  }
  return hashBytes(scratch, encoder.encodeInto(key, scratch).written);
}

function hashBytes(bytes: Uint8Array, length: number): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < length; index += 1) hash = Math.imul(hash ^ (bytes[index] ?? 0), FNV_PRIME);
  return finalize(hash);
}

function finalize(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  mixed ^= mixed >>> 16;
  return mixed >>> 0;
}

/** Finds the bucket and shard of a key by a map that {@link shardMapProblems} has nothing against. */
export class ShardLocator {
  readonly version: number;
  readonly buckets: number;
  /** The shards that have buckets, in order. */
  readonly shards: readonly number[];
  /** The same for two maps that place every bucket alike, whatever their versions and ranges; SHA-256, hex. */
  readonly fingerprint: string;
  private readonly shardByBucket: Uint16Array;
  private readonly bucketsByShard: ReadonlyMap<number, string>;

  constructor(map: ShardMap) {
    this.version = map.version;
    this.buckets = map.buckets;
    this.shards = [...new Set(map.ranges.map(({ shard }) => shard))].sort((a, b) => a - b);
    this.shardByBucket = new Uint16Array(map.buckets);
    for (const { from, to, shard } of map.ranges) this.shardByBucket.fill(shard, from, to + 1);
    this.fingerprint = createHash('sha256').update(this.shardByBucket.join()).digest('hex');
    this.bucketsByShard = new Map(this.shards.map((shard) => [shard, this.rangesOf(shard)]));
  }

  bucketOf(key: string): number {
    return hashKey(key) % this.buckets;
  }

  /** @throws RangeError for a bucket outside the map: never a guess. */
  shardOfBucket(bucket: number): number {
    const shard = this.shardByBucket[bucket];
    if (shard === undefined) throw new RangeError(`bucket ${bucket} is outside 0 to ${this.buckets - 1}`);
    return shard;
  }

  shardOf(key: string): number {
    return this.shardOfBucket(this.bucketOf(key));
  }

  /** The buckets of a shard as Postgres writes an `int4multirange`: `{[0,255],[512,767]}`. */
  bucketsOf(shard: number): string {
    return this.bucketsByShard.get(shard) ?? '{}';
  }

  private rangesOf(shard: number): string {
    const ranges: string[] = [];
    for (let from = this.shardByBucket.indexOf(shard); from >= 0; ) {
      let to = from;
      while (this.shardByBucket[to + 1] === shard) to += 1;
      ranges.push(`[${from},${to}]`);
      from = this.shardByBucket.indexOf(shard, to + 1);
    }
    return `{${ranges.join()}}`;
  }
}
