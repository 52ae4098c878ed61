import { createHash } from 'node:crypto';
import { evenShardMap } from '../../platform/shard-map';
import { ShardLocator } from '../../services/lib/shards';
import { alternate, medianOf, quantile } from './alternate';
import { digits, type Figure, figure } from './figure';

const SHARDS = 4;
const ROUNDS = 9;
const BATCHES = 250;
const KEYS = 2_000;
const REQUIRED_PER_SECOND = 2_000_000;

/** Addresses as accounts have them, made by hashing, so that every run has the same. */
const keys = Array.from({ length: KEYS }, (_, index) => `0x${createHash('sha1').update(String(index)).digest('hex')}`);

/** Nanoseconds of one look-up in each batch, a batch being every key once. */
function timesOf(batches: number, shardOf: (key: string) => number): readonly number[] {
  let sum = 0;
  const times = Array.from({ length: batches }, () => {
    const start = process.hrtime.bigint();
    for (const key of keys) sum += shardOf(key);
    return Number(process.hrtime.bigint() - start) / KEYS;
  });
  // The look-ups have a use, so that the compiler cannot leave them out.
  if (sum < 0) throw new Error('a shard is below 0');
  return times;
}

const modulo = (key: string): number => createHash('md5').update(key).digest().readUInt32LE(0) % SHARDS;

/** How fast the shard of a key is found. */
export async function shardFigures(): Promise<readonly Figure[]> {
  const locator = new ShardLocator(evenShardMap(SHARDS));
  const samples = await alternate({ rounds: ROUNDS, baseline: () => timesOf(BATCHES / 25, modulo), candidate: () => timesOf(BATCHES, (key) => locator.shardOf(key)) });
  const times = samples.candidate.flat();
  const [nanos, moduloNanos] = [medianOf(times), medianOf(samples.baseline.flat())];
  const details = [`p50 ${digits(nanos)} ns, p99 ${digits(quantile(times, 0.99))} ns, over batches of ${KEYS} keys; the map takes ${(locator.buckets * Uint16Array.BYTES_PER_ELEMENT) / 1_024} KiB`];
  return [
    figure({ name: 'shard look-ups', value: 1e9 / nanos, unit: 'a second', baseline: { name: 'required', value: REQUIRED_PER_SECOND }, bar: { rateAtLeast: 1 }, details }),
    figure({ name: 'a shard look-up', value: nanos, unit: 'ns', baseline: { name: 'md5 modulo the number of shards', value: moduloNanos }, bar: { atMost: 1 } }),
  ];
}
