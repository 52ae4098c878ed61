import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { WalPosition } from '../wal-position';
import { decode, encode, ENVELOPE_VERSION, type Entry } from './entry';
import type { LayerGuard } from './layer-guard';
import type { Address, Invalidation } from './markers';
import { defineScripts } from './redis-scripts';

/** Every entry bears it, so that one marker can make all of them old. */
export const EVERYTHING = '';

export interface RedisLayerOptions<Value> {
  readonly redis: Redis;
  readonly guard: LayerGuard;
  /** Services that share a Redis keep apart by it. */
  readonly service: string;
  /** Above the longest life of an entry. */
  readonly markerMillis: number;
  readonly isValue: (value: unknown) => value is Value;
}

/** What Redis knows of a key. */
export interface RedisReading<Value> {
  readonly entry: Entry<Value> | undefined;
  /** The markers as they stand, for {@link RedisLayer.fill}. */
  readonly markers: readonly string[];
  /** What an entry must have seen. */
  readonly required: WalPosition;
}

/**
 * The layer that pods share. It never fails: undefined or false stands for a Redis that does not answer. One that may be full
 * must have the policy `volatile-ttl`: any other evicts markers before the entries that they are about.
 */
export class RedisLayer<Value> {
  /** Names the pub/sub channel too. */
  readonly prefix: string;

  constructor(private readonly options: RedisLayerOptions<Value>) {
    this.prefix = `cache:${options.service}:${ENVELOPE_VERSION}:`;
    defineScripts(options.redis);
  }

  get channel(): string {
    return `${this.prefix}invalidations`;
  }

  /** An entry and its markers in one round trip. */
  read(address: Address): Promise<RedisReading<Value> | undefined> {
    const { redis, guard, isValue } = this.options;
    return guard.run(async () => {
      const [text, ...found] = await redis.mget(this.entryKey(address.key), ...this.markerKeys(address));
      const markers = found.map((marker) => marker ?? '');
      return {
        entry: typeof text === 'string' ? decode(text, isValue) : undefined,
        markers,
        required: Math.max(0, ...markers.map((marker) => Number.parseInt(marker, 10) || 0)),
      };
    });
  }

  /**
   * Stores an entry if its markers are still those that were read before it was loaded. Where one of them is of a position that
   * is not known, the entry must have been loaded by that.
   *
   * @returns false when they are not, undefined when Redis does not answer
   */
  fill(address: Address, entry: Entry<Value>, markers: readonly string[], lifeMillis: number): Promise<boolean | undefined> {
    const { redis, guard } = this.options;
    const keys = [this.entryKey(address.key), ...this.markerKeys(address)];
    const values = [encode(entry), Math.ceil(lifeMillis), entry.seen, randomUUID(), ...markers];
    return guard.run(async () => (await redis.fillCacheEntry(keys.length, ...keys, ...values)) === 1);
  }

  /** @returns whether Redis has done it */
  async invalidate(invalidation: Invalidation, origin: string): Promise<boolean> {
    const { redis, guard, markerMillis } = this.options;
    const { keys, tags, position } = invalidation;
    const names = [...keys.map((key) => this.keyMarker(key)), ...tags.map((tag) => this.tagMarker(tag)), ...keys.map((key) => this.entryKey(key))];
    const message = JSON.stringify({ origin, ...invalidation });
    const run = (): Promise<number> =>
      redis.invalidateCache(names.length, ...names, keys.length + tags.length, position, randomUUID(), markerMillis, this.channel, message);
    return (await guard.run(run)) === 1;
  }

  private markerKeys({ key, tags }: Address): readonly string[] {
    return [this.keyMarker(key), this.tagMarker(EVERYTHING), ...tags.map((tag) => this.tagMarker(tag))];
  }

  private entryKey(key: string): string {
    return `${this.prefix}entry:${key}`;
  }

  private keyMarker(key: string): string {
    return `${this.prefix}key:${key}`;
  }

  private tagMarker(tag: string): string {
    return `${this.prefix}tag:${tag}`;
  }
}
