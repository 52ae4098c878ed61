import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { unreachedPosition } from '../consistency-token';
import type { CacheLayer } from '../metrics';
import { UNREACHED_POSITION, type WalPosition } from '../wal-position';
import type { Loaded } from './entry';
import { LayeredCache, type LayeredCacheOptions } from './layered-cache';
import { standardCacheTimes, type CacheTimes } from './settings';

/** The source cannot answer now. */
export class SourceDownError extends Error {
  override readonly name = 'SourceDownError';
}

/** A clock that a test moves. */
export class Clock {
  millis = Date.UTC(2026, 0, 1);

  readonly now = (): number => this.millis;

  async pass(millis: number): Promise<void> {
    this.millis += millis;
    // lru-cache reads its clock again after a millisecond of the real one.
    await sleep(2);
  }
}

type Stored = string | number | boolean | null;
type Overrides<Value> = Partial<Omit<LayeredCacheOptions<Value>, 'times'>> & { readonly times?: Partial<CacheTimes> };

/** Plain numbers, as those that Metrics keeps. */
export class CountingMetrics {
  readonly hits: Record<CacheLayer, number> = { memory: 0, redis: 0 };
  readonly misses: Record<CacheLayer, number> = { memory: 0, redis: 0 };

  cacheHit(layer: CacheLayer): void {
    this.hits[layer] += 1;
  }

  cacheMiss(layer: CacheLayer): void {
    this.misses[layer] += 1;
  }
}

/** A cache with its own counts, for tests. */
export function openCacheOf<Value>({ times = {}, ...options }: Overrides<Value> & Pick<LayeredCacheOptions<Value>, 'sizeOf' | 'isValue'>) {
  const metrics = new CountingMetrics();
  const cache = new LayeredCache<Value>({
    service: 'test-service',
    redisUrl: undefined,
    times: { ...standardCacheTimes, ...times },
    isUnavailable: (error) => error instanceof SourceDownError,
    metrics,
    logger: pino({ level: 'silent' }),
    ...options,
  });
  return { cache, metrics };
}

/** One of plain values. */
export function openCache(options: Overrides<Stored> = {}) {
  const isValue = (value: unknown): value is Stored => value === null || ['string', 'number', 'boolean'].includes(typeof value);
  return openCacheOf<Stored>({ sizeOf: (value) => String(value).length * 2, isValue, ...options });
}

/** A source with a position that grows with each write, and a replica that may lag behind. */
export class Source {
  loads = 0;
  down = false;
  private position = 1;
  private readonly history: { readonly position: WalPosition; readonly key: string; readonly value: Stored | undefined }[] = [];
  /** Up to where the replica has replayed. @default everything */
  replayed: WalPosition | undefined;

  /** The position of the last write. */
  get written(): WalPosition {
    return this.position;
  }

  /** @returns the position after the write */
  write(key: string, value: Stored | undefined): WalPosition {
    this.position += 10;
    this.history.push({ position: this.position, key, value });
    return this.position;
  }

  /** Reads from the replica, or from the primary when the replica has not replayed enough, or refuses when it has not either; `pause` is where it takes its time. */
  async load(key: string, atLeast: WalPosition | undefined, pause: () => Promise<void> = () => Promise.resolve()): Promise<Loaded<Stored>> {
    this.loads += 1;
    if (atLeast !== undefined && atLeast !== UNREACHED_POSITION && atLeast > this.position) throw unreachedPosition(atLeast);
    const replica = this.replayed ?? this.position;
    const seen = replica >= (atLeast ?? 0) ? replica : this.position;
    const found = this.history.findLast((write) => write.key === key && write.position <= seen);
    await pause();
    if (this.down) throw new SourceDownError('down');
    return { content: found?.value === undefined ? { kind: 'absent' } : { kind: 'value', value: found.value }, seen };
  }
}
