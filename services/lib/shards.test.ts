import fc from 'fast-check';
import { hashKey, ShardLocator, shardMapProblems, type ShardMap } from './shards';

const even: ShardMap = {
  version: 1,
  buckets: 1024,
  ranges: [
    { from: 0, to: 255, shard: 0 },
    { from: 256, to: 511, shard: 1 },
    { from: 512, to: 767, shard: 2 },
    { from: 768, to: 1023, shard: 3 },
  ],
};

/** The definition, byte by byte and in arbitrary precision: slow, and nothing like the code under test. */
function reference(key: string): number {
  const mask = 0xffffffffn;
  let hash = 0x811c9dc5n;
  for (const byte of new TextEncoder().encode(key)) hash = ((hash ^ BigInt(byte)) * 0x01000193n) & mask;
  hash ^= hash >> 16n;
  hash = (hash * 0x85ebca6bn) & mask;
  hash ^= hash >> 13n;
  hash = (hash * 0xc2b2ae35n) & mask;
  return Number(hash ^ (hash >> 16n));
}

describe('the hash', () => {
  // Stored rows are found by these numbers: a change that breaks one loses data.
  it.each([
    ['', 2872998923],
    ['a', 444641715],
    ['hello', 2290972270],
    ['0x00000000000000000000000000000000000000ff', 1918955775],
    ['ünïcödé', 1932279587],
    ['日本', 4026831135],
    ['😀', 855877642],
  ])('of %j is %i', (key, hash) => {
    expect(hashKey(key)).toBe(hash);
  });

  it('is FNV-1a over UTF-8 with the murmur finalizer, for any key', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (key) => hashKey(key) === reference(key)));
  });

  it.each(['k', 'é', '日', '😀'])('is that of keys as long as one likes, of %s', (character) => {
    for (let count = 200; count < 1_100; count += 7) expect(hashKey(character.repeat(count))).toBe(reference(character.repeat(count)));
  });

  it('fills buckets evenly', () => {
    const locator = new ShardLocator(even);
    // Keys that differ in their last digits only; 450 is above 5 standard deviations of a fair draw.
    const shards = Array.from({ length: 40_000 }, (_, number) => locator.shardOf(`0x${number.toString(16).padStart(40, '0')}`));
    for (const shard of [0, 1, 2, 3]) expect(Math.abs(shards.filter((other) => other === shard).length - 10_000)).toBeLessThan(450);
  });
});

describe('the locator', () => {
  it('sends a key to the shard whose range holds its bucket', () => {
    const locator = new ShardLocator(even);
    fc.assert(
      fc.property(fc.string(), (key) => {
        const bucket = locator.bucketOf(key);
        const range = even.ranges.find(({ from, to }) => from <= bucket && bucket <= to);
        expect(bucket).toBe(reference(key) % 1024);
        expect(locator.shardOf(key)).toBe(range?.shard);
      }),
    );
  });

  it('knows which shards have buckets, in order', () => {
    const ranges = [{ from: 0, to: 9, shard: 7 }, { from: 10, to: 1000, shard: 2 }, { from: 1001, to: 1023, shard: 7 }];
    expect(new ShardLocator({ ...even, ranges }).shards).toEqual([2, 7]);
  });

  it('gives the buckets of a shard as Postgres writes them', () => {
    const ranges = [{ from: 0, to: 9, shard: 7 }, { from: 12, to: 1022, shard: 2 }, { from: 10, to: 11, shard: 7 }, { from: 1023, to: 1023, shard: 7 }];
    const locator = new ShardLocator({ ...even, ranges });
    expect(locator.bucketsOf(7)).toBe('{[0,11],[1023,1023]}');
    expect(locator.bucketsOf(2)).toBe('{[12,1022]}');
    expect(locator.bucketsOf(3)).toBe('{}');
  });

  it('has one fingerprint for every way to write a map, and another for another map', () => {
    const { fingerprint } = new ShardLocator(even);
    expect(new ShardLocator({ ...even, version: 9, ranges: [...even.ranges].reverse() }).fingerprint).toBe(fingerprint);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1023 }), (bucket) => {
        const shard = new ShardLocator(even).shardOfBucket(bucket);
        const rest = Array.from({ length: 1024 }, (_, number) => ({ from: number, to: number, shard: new ShardLocator(even).shardOfBucket(number) })).filter(({ from }) => from !== bucket);
        expect(new ShardLocator({ ...even, ranges: [...rest, { from: bucket, to: bucket, shard: (shard + 1) % 4 }] }).fingerprint).not.toBe(fingerprint);
      }),
      { numRuns: 20 },
    );
    expect(new ShardLocator({ ...even, buckets: 2048, ranges: [...even.ranges, { from: 1024, to: 2047, shard: 3 }] }).fingerprint).not.toBe(fingerprint);
  });

  it('guesses nothing outside the map', () => {
    const locator = new ShardLocator(even);
    expect(locator.shardOfBucket(1023)).toBe(3);
    expect(() => locator.shardOfBucket(1024)).toThrow('bucket 1024 is outside 0 to 1023');
    expect(() => locator.shardOfBucket(-1)).toThrow(RangeError);
  });
});

describe('a map', () => {
  const withRanges = (...ranges: ShardMap['ranges'][number][]): ShardMap => ({ ...even, ranges });

  it('that covers every bucket once is accepted, in any order', () => {
    expect(shardMapProblems(even, 4)).toEqual([]);
    expect(shardMapProblems({ ...even, ranges: [...even.ranges].reverse() }, 4)).toEqual([]);
  });

  it.each([
    ['leaves out the first', withRanges({ from: 1, to: 1023, shard: 0 }), 'buckets 0 to 0 have no shard'],
    ['leaves out some between', withRanges({ from: 0, to: 9, shard: 0 }, { from: 12, to: 1023, shard: 0 }), 'buckets 10 to 11 have no shard'],
    ['leaves out the last', withRanges({ from: 0, to: 1022, shard: 0 }), 'buckets 1023 to 1023 have no shard'],
    ['goes beyond the last', withRanges({ from: 0, to: 1024, shard: 0 }), 'bucket 1024 is beyond the last one, 1023'],
    ['gives one twice', withRanges({ from: 0, to: 10, shard: 0 }, { from: 10, to: 1023, shard: 1 }), 'buckets 10 to 10 are given twice'],
    ['names an unknown shard', withRanges({ from: 0, to: 1023, shard: 4 }), 'the range 0 to 1023 names shard 4, the last one is 3'],
    ['runs backwards', withRanges({ from: 0, to: 1023, shard: 0 }, { from: 1024, to: 1020, shard: 0 }), 'the range 1024 to 1020 runs backwards'],
  ])('that %s is refused', (_name, map, problem) => {
    expect(shardMapProblems(map, 4)).toContain(problem);
  });

  it('is accepted just when every bucket is in one range', () => {
    const range = fc.record({ from: fc.integer({ min: 0, max: 8 }), to: fc.integer({ min: 0, max: 8 }), shard: fc.integer({ min: 0, max: 2 }) });
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 4 }), (ranges) => {
        const claims = Array.from({ length: 9 }, (_, bucket) => ranges.filter(({ from, to }) => from <= bucket && bucket <= to).length);
        const whole = claims.slice(0, 8).every((count) => count === 1) && claims[8] === 0;
        const sound = whole && ranges.every(({ from, to, shard }) => from <= to && shard < 2);
        expect(shardMapProblems({ version: 1, buckets: 8, ranges }, 2).length === 0).toBe(sound);
      }),
      { numRuns: 2_000 },
    );
  });
});
