import { LRUCache } from 'lru-cache';
import pino from 'pino';
import { LayeredCache } from '../../services/lib/layered-cache/layered-cache';
import { standardCacheTimes } from '../../services/lib/layered-cache/settings';
import { CountingMetrics } from '../../services/lib/layered-cache/testing';
import { alternate, medianOf, quantile } from './alternate';
import { digits, type Figure, figure } from './figure';

const KEYS = 1_000;
/** Of a batch. */
const READS = 50_000;
const BATCHES = 20;
const ROUNDS = 15;

/** Nanoseconds of one read in each batch. */
function timesOf(read: () => void): readonly number[] {
  return Array.from({ length: BATCHES }, () => {
    const start = process.hrtime.bigint();
    read();
    return Number(process.hrtime.bigint() - start) / READS;
  });
}

function openCache() {
  const metrics = new CountingMetrics();
  const cache = new LayeredCache<string>({
    service: 'bench',
    redisUrl: undefined,
    times: standardCacheTimes,
    sizeOf: (value) => value.length * 2,
    isValue: (value) => typeof value === 'string',
    isUnavailable: () => false,
    metrics,
    logger: pino({ level: 'silent' }),
  });
  return { cache, metrics };
}

async function memoryHit(): Promise<Figure> {
  const { cache } = openCache();
  const lookUps = Array.from({ length: KEYS }, (_, index) => ({ key: `asset:${index}`, tags: [], load: () => Promise.resolve({ content: { kind: 'value' as const, value: `value ${index}` }, seen: 1 }) }));
  const bare = new LRUCache<string, string>({ max: KEYS * 2, ttl: standardCacheTimes.memoryLifeMillis });
  for (const lookUp of lookUps) {
    await cache.get(lookUp);
    bare.set(lookUp.key, lookUp.key);
  }
  let found = 0;
  const ours = (): void => {
    for (let read = 0; read < READS; read += 1) {
      const lookUp = lookUps[read % KEYS];
      if (lookUp !== undefined && 'content' in cache.get(lookUp)) found += 1;
    }
  };
  const theirs = (): void => {
    for (let read = 0; read < READS; read += 1) {
      const lookUp = lookUps[read % KEYS];
      if (lookUp !== undefined && bare.get(lookUp.key) !== undefined) found += 1;
    }
  };
  const samples = await alternate({ rounds: ROUNDS, baseline: () => timesOf(theirs), candidate: () => timesOf(ours) });
  if (found !== 2 * (ROUNDS + 1) * BATCHES * READS) throw new Error('a memory hit was a miss');
  const times = samples.candidate.flat();
  const details = [`p50 ${digits(medianOf(times))} ns, p99 ${digits(quantile(times, 0.99))} ns, over batches of ${READS} reads; ${KEYS} entries take ${cache.status.bytes} bytes by their own account`];
  return figure({ name: 'a memory hit of the layered cache', value: medianOf(times), unit: 'ns', baseline: { name: 'lru-cache get with a ttl', value: medianOf(samples.baseline.flat()) }, bar: { atMost: 2 }, details });
}

/** Reads as skewed as those of a popular service: half of them ask for the first tenth of the keys. */
async function hitRatio(): Promise<Figure> {
  const { cache, metrics } = openCache();
  const keys = 20_000;
  let state = 1;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  for (let read = 0; read < 200_000; read += 1) {
    const key = `asset:${Math.floor(random() ** 3.3 * keys)}`;
    await cache.get({ key, tags: [], load: () => Promise.resolve({ content: { kind: 'value', value: 'x'.repeat(200) }, seen: 1 }) });
  }
  const [hits, misses] = [metrics.hits.memory, metrics.misses.memory];
  const ratio = ((hits / (hits + misses)) * 100).toFixed(1);
  return figure({ name: `misses of 200,000 skewed reads of 20,000 keys, which is ${ratio} % hits`, value: misses, unit: 'reads', baseline: { name: 'the first read of each key', value: cache.status.entries }, bar: { atMost: 1.01 } });
}

/** How fast the layered cache answers from memory, and how often it can. */
export async function cacheFigures(): Promise<readonly Figure[]> {
  return [await memoryHit(), await hitRatio()];
}
