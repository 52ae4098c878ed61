import type { ShardMap } from './spec';

/**
 * The first version of a bucket map: as many buckets on each shard as can be.
 * Later versions are written out, since a change moves as few buckets as it can.
 *
 * @param buckets virtual buckets, 1024 to 65536. @default 1024
 */
export function evenShardMap(shards: number, buckets = 1_024): ShardMap {
  const first = (shard: number): number => Math.floor((shard * buckets) / shards);
  return { version: 1, buckets, ranges: Array.from({ length: shards }, (_, shard) => ({ from: first(shard), to: first(shard + 1) - 1, shard })) };
}
