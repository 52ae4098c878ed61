import { shardMapProblems, type ShardMap, type ShardRange } from './shards';

/** Buckets `from` to `to`, both included, leave shard `source` for shard `target`. */
export interface ShardMove {
  readonly from: number;
  readonly to: number;
  readonly source: number;
  readonly target: number;
}

export interface ShardPlan {
  /** In the order of their buckets; each is as long as can be. */
  readonly moves: readonly ShardMove[];
  /** The map after the moves, its version one above the current one's. */
  readonly next: ShardMap;
}

/**
 * The fewest bucket moves that spread a map evenly over shards 0 to `shardCount - 1`: afterwards two shards differ by
 * one bucket at most. Shards with higher numbers lose every bucket; keep their databases in `DATABASE_SHARD_URLS` until
 * no process has the current map, so that they are told to refuse it.
 *
 * @param shardCount 1 to the number of buckets
 * @throws RangeError for another count, or a current map that is not sound
 */
export function planShardMap(current: ShardMap, shardCount: number): ShardPlan {
  const problems = shardMapProblems(current, Number.POSITIVE_INFINITY);
  if (problems.length > 0) throw new RangeError(`the current shard map: ${problems.join('; ')}`);
  if (!Number.isInteger(shardCount) || shardCount < 1 || shardCount > current.buckets) {
    throw new RangeError(`shardCount: received ${shardCount}, allowed is a whole number from 1 to ${current.buckets}, the number of buckets`);
  }
  const before = ownersOf(current);
  const after = balanced(before, shardCount);
  const { version, buckets } = current;
  const next = { version: version + 1, buckets, ranges: runs(after).map(({ from, to }): ShardRange => ({ from, to, shard: shardAt(after, from) })) };
  // A run of one source and one target; a pair of shards is one number, so that runs of it can be found.
  const pairs = before.map((source, bucket) => (source === after[bucket] ? -1 : source * buckets + shardAt(after, bucket)));
  const moves = runs(pairs)
    .filter(({ from }) => pairs[from] !== -1)
    .map(({ from, to }): ShardMove => ({ from, to, source: shardAt(before, from), target: shardAt(after, from) }));
  return { moves, next };
}

function shardAt(owners: readonly number[], bucket: number): number {
  const shard = owners[bucket];
  if (shard === undefined) throw new RangeError(`bucket ${bucket} is outside 0 to ${owners.length - 1}`);
  return shard;
}

function ownersOf({ buckets, ranges }: ShardMap): readonly number[] {
  const owners = new Array<number>(buckets).fill(0);
  for (const { from, to, shard } of ranges) owners.fill(shard, from, to + 1);
  return owners;
}

/** Takes from each shard what is above its share, from its highest bucket down, and fills the others up in their order. */
function balanced(owners: readonly number[], shardCount: number): readonly number[] {
  const shares = sharesOf(owners, shardCount);
  const held = new Map<number, number>();
  const free: number[] = [];
  owners.forEach((shard, bucket) => {
    const count = held.get(shard) ?? 0;
    if (count < (shares[shard] ?? 0)) held.set(shard, count + 1);
    else free.push(bucket);
  });
  const after = [...owners];
  let given = 0;
  shares.forEach((share, shard) => {
    const lacking = share - (held.get(shard) ?? 0);
    for (const bucket of free.slice(given, given + lacking)) after[bucket] = shard;
    given += lacking;
  });
  return after;
}

/** How many buckets each shard ends with. The remainder goes to the shards that have most, since those then give up least. */
function sharesOf(owners: readonly number[], shardCount: number): readonly number[] {
  const sizes = new Array<number>(shardCount).fill(0);
  for (const shard of owners) if (shard < shardCount) sizes[shard] = (sizes[shard] ?? 0) + 1;
  const bySize = sizes.map((size, shard) => ({ size, shard })).sort((a, b) => b.size - a.size || a.shard - b.shard);
  const shares = new Array<number>(shardCount).fill(Math.floor(owners.length / shardCount));
  for (const { shard } of bySize.slice(0, owners.length % shardCount)) shares[shard] = (shares[shard] ?? 0) + 1;
  return shares;
}

/** The longest stretches of equal values, both ends included. */
function runs(values: readonly number[]): readonly { readonly from: number; readonly to: number }[] {
  const starts = values.flatMap((value, index) => (index === 0 || value !== values[index - 1] ? [index] : []));
  return starts.map((from, index) => ({ from, to: (starts[index + 1] ?? values.length) - 1 }));
}
