import { overlaps, rangeOf } from './address-blocks';
import { rdsMaxConnections } from './connections';
import type { ResolvedPlatform } from './environments';
import type { Issue } from './issues';
import type { ShardMap } from './spec';

function* checkShardMap(map: ShardMap, shards: number): Iterable<Issue> {
  const path = 'data.shards.map.ranges';
  const sorted = [...map.ranges].sort((a, b) => a.from - b.from);
  let next = 0;
  for (const range of sorted) {
    if (range.from !== next || range.to < range.from) {
      yield { path, received: range, limit: `ranges that cover each bucket once, the next from ${next}`, remedy: 'A bucket without a shard loses its keys, one with two splits them: close the gap or the overlap.' };
    }
    if (range.shard >= shards) {
      yield { path, received: range, limit: `shards 0 to ${shards - 1}`, remedy: 'Raise data.shards.count first, or send the buckets to a shard that exists.' };
    }
    next = range.to + 1;
  }
  if (next !== map.buckets) {
    yield { path, received: next, limit: `ranges that end at bucket ${map.buckets - 1}`, remedy: 'Cover every bucket, and no more.' };
  }
  for (let shard = 0; shard < shards; shard++) {
    if (!map.ranges.some((range) => range.shard === shard)) {
      yield { path, received: `no bucket for shard ${shard}`, limit: 'buckets on every shard', remedy: 'Move buckets to it in a new version of the map, or lower data.shards.count.' };
    }
  }
}

function* checkConnections(platform: ResolvedPlatform): Iterable<Issue> {
  for (const role of ['primary', 'replicas', 'shards'] as const) {
    const { memoryGiB, maxConnections } = platform.data[role];
    const ceiling = rdsMaxConnections(memoryGiB);
    if (maxConnections > ceiling) {
      yield { path: `data.${role}.maxConnections`, received: maxConnections, limit: `at most ${ceiling} for ${memoryGiB} GiB: LEAST(memory / 9531392, 5000)`, remedy: 'Take a larger instance or fewer connections.' };
    }
  }
  if (platform.data.primary.poolMinimum > platform.data.primary.poolMaximum) {
    yield { path: 'data.primary.poolMinimum', received: platform.data.primary.poolMinimum, limit: `at most poolMaximum, ${platform.data.primary.poolMaximum}`, remedy: 'Lower the minimum.' };
  }
  for (const { role, share, pods, maxConnections, reservedConnections } of platform.connectionBudgets) {
    if (share < 2 && platform.data.pooler === 'none') {
      yield {
        path: `data.${role}.maxConnections`,
        received: maxConnections,
        limit: `at least ${pods * 2 + reservedConnections}: 2 connections for each of ${pods} pods at full scale, ${reservedConnections} reserved`,
        remedy: 'Raise maxConnections (a larger instance), lower maxReplicas, or name a pooler: data.pooler "rds-proxy".',
      };
    }
  }
}

function* checkNetwork({ network }: ResolvedPlatform): Iterable<Issue> {
  const vpc = rangeOf(network.vpc);
  const blocks = [...network.loadBalancers.map((block) => ({ block, path: 'network.loadBalancers' })), ...network.databases.map((block) => ({ block, path: 'network.databases' }))];
  for (const [index, { block, path }] of blocks.entries()) {
    const range = rangeOf(block);
    if (range.first < vpc.first || range.last > vpc.last) {
      yield { path, received: block, limit: `blocks within network.vpc, ${network.vpc}`, remedy: 'Correct the block.' };
    }
    const other = blocks.slice(0, index).find((candidate) => overlaps(rangeOf(candidate.block), range));
    if (other) yield { path, received: block, limit: `blocks apart from ${other.block} of ${other.path}`, remedy: 'Overlapping blocks would open one to what the other allows: separate them.' };
  }
}

/** What is wrong with the data topology and the network of a well-formed catalog. */
export function* checkData(platform: ResolvedPlatform): Iterable<Issue> {
  yield* checkShardMap(platform.data.shards.map, platform.data.shards.count);
  yield* checkConnections(platform);
  yield* checkNetwork(platform);
}
