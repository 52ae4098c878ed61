import { planShardMap } from '../shard-plan';
import { ShardLocator, type ShardMap } from '../shards';

/** A map of so many shards, as a plan makes it of the map of one. */
export function mapOf(shards: number, version: number, buckets = 1024): ShardMap {
  const one: ShardMap = { version: 1, buckets, ranges: [{ from: 0, to: buckets - 1, shard: 0 }] };
  return { ...planShardMap(one, shards).next, version };
}

/** A key for each shard of a map. */
export function keysOf(map: ShardMap): readonly string[] {
  const locator = new ShardLocator(map);
  return locator.shards.map((shard) => Array.from({ length: 200 }, (_, number) => `key ${number}`).find((key) => locator.shardOf(key) === shard) ?? '');
}

/** A key that lives on one shard by the first map, on another by the second. */
export function movedKey(before: ShardMap, after: ShardMap, target: number): string {
  const [old, next] = [new ShardLocator(before), new ShardLocator(after)];
  const key = Array.from({ length: 500 }, (_, number) => `moved ${number}`).find((text) => next.shardOf(text) === target && old.shardOf(text) !== target);
  if (key === undefined) throw new Error('no key moves there');
  return key;
}
