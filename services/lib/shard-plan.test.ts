import fc from 'fast-check';
import { planShardMap } from './shard-plan';
import { shardMapProblems, type ShardMap, type ShardRange } from './shards';

const single: ShardMap = { version: 1, buckets: 1024, ranges: [{ from: 0, to: 1023, shard: 0 }] };

const ownersOf = ({ buckets, ranges }: ShardMap): number[] => {
  const owners = new Array<number>(buckets).fill(-1);
  for (const { from, to, shard } of ranges) owners.fill(shard, from, to + 1);
  return owners;
};
const sizesOf = (map: ShardMap, shardCount: number): number[] => {
  const owners = ownersOf(map);
  return Array.from({ length: shardCount }, (_, shard) => owners.filter((owner) => owner === shard).length);
};
const moved = (moves: readonly { readonly from: number; readonly to: number }[]): number => moves.reduce((sum, { from, to }) => sum + to - from + 1, 0);

/** Any sound map of 1,024 to 1,100 buckets, however uneven. */
const maps = fc
  .record({ version: fc.integer({ min: 1, max: 9 }), buckets: fc.integer({ min: 1024, max: 1100 }), cuts: fc.uniqueArray(fc.integer({ min: 1, max: 1023 }), { maxLength: 20 }), shards: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 21, maxLength: 21 }) })
  .map(({ version, buckets, cuts, shards }): ShardMap => {
    const starts = [0, ...cuts.sort((a, b) => a - b)];
    return { version, buckets, ranges: starts.map((from, index): ShardRange => ({ from, to: (starts[index + 1] ?? buckets) - 1, shard: shards[index] ?? 0 })) };
  });
const counts = fc.integer({ min: 1, max: 9 });

it('gives the next version, sound, with sizes within one', () => {
  fc.assert(
    fc.property(maps, counts, (map, count) => {
      const { next } = planShardMap(map, count);
      expect(next).toMatchObject({ version: map.version + 1, buckets: map.buckets });
      expect(shardMapProblems(next, count)).toEqual([]);
      const sizes = sizesOf(next, count);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

it('moves each bucket once at most, from where it is to where the next map has it', () => {
  fc.assert(
    fc.property(maps, counts, (map, count) => {
      const { moves, next } = planShardMap(map, count);
      const owners = ownersOf(map);
      let end = -1;
      for (const { from, to, source, target } of moves) {
        expect(from).toBeGreaterThan(end);
        expect(owners.slice(from, to + 1).every((owner) => owner === source)).toBe(true);
        expect(target).not.toBe(source);
        owners.fill(target, from, to + 1);
        end = to;
      }
      expect(owners).toEqual(ownersOf(next));
    }),
  );
});

it('moves no bucket that it need not', () => {
  fc.assert(
    fc.property(maps, counts, (map, count) => {
      const all = sizesOf(map, 9);
      const kept = all.slice(0, count).sort((a, b) => b - a);
      const share = Math.floor(map.buckets / count);
      // What no even spread can leave in place: all of removed shards, and what is above each share, the larger shares to the larger shards.
      const least = all.slice(count).reduce((sum, size) => sum + size, 0) + kept.reduce((sum, size, rank) => sum + Math.max(0, size - share - (rank < map.buckets % count ? 1 : 0)), 0);
      expect(moved(planShardMap(map, count).moves)).toBe(least);
    }),
  );
});

it('grows by one shard with one share of the buckets, all to the new shard', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), (count) => {
      const { next } = planShardMap(single, count);
      const { moves } = planShardMap(next, count + 1);
      expect(moved(moves)).toBe(Math.floor(1024 / (count + 1)));
      expect(moves.every(({ target }) => target === count)).toBe(true);
    }),
  );
});

it('shrinks by moving the removed shards’ buckets only', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 39 }), (count, removed) => {
      fc.pre(removed < count);
      const { next } = planShardMap(single, count);
      const { moves } = planShardMap(next, count - removed);
      expect(moves.every(({ source }) => source >= count - removed)).toBe(true);
      expect(moved(moves)).toBe(sizesOf(next, count).slice(count - removed).reduce((sum, size) => sum + size, 0));
    }),
  );
});

it('moves a fifth from 4 to 5 shards, where a modulo would move four', () => {
  const four = planShardMap(single, 4).next;
  expect(four.ranges).toEqual([0, 1, 2, 3].map((shard) => ({ from: shard * 256, to: shard * 256 + 255, shard })));
  expect(planShardMap(four, 5)).toEqual({
    moves: [0, 1, 2, 3].map((source) => ({ from: source * 256 + 205, to: source * 256 + 255, source, target: 4 })),
    next: { version: 3, buckets: 1024, ranges: [0, 1, 2, 3].flatMap((shard) => [{ from: shard * 256, to: shard * 256 + 204, shard }, { from: shard * 256 + 205, to: shard * 256 + 255, shard: 4 }]) },
  });
});

it('has nothing to move when all is even', () => {
  const four = planShardMap(single, 4).next;
  expect(planShardMap(four, 4)).toEqual({ moves: [], next: { ...four, version: 3 } });
});

it('refuses counts and maps that cannot be', () => {
  for (const count of [0, -1, 1.5, NaN, 1025]) expect(() => planShardMap(single, count)).toThrow('shardCount: received');
  expect(sizesOf(planShardMap(single, 1024).next, 1024)).toEqual(new Array(1024).fill(1));
  expect(() => planShardMap({ ...single, ranges: [{ from: 1, to: 1023, shard: 0 }] }, 2)).toThrow('buckets 0 to 0 have no shard');
});
