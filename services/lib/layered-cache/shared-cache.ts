import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { CircuitState } from 'cockatiel';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Entry } from './entry';
import { Journal } from './journal';
import { LayerGuard } from './layer-guard';
import type { Address, Invalidation } from './markers';
import { connectRedis } from './redis-connection';
import { RedisLayer, type RedisReading } from './redis-layer';
import type { CacheTimes } from './settings';
import { Subscription } from './subscription';

export interface SharedCacheOptions<Value> {
  readonly url: URL;
  readonly service: string;
  readonly times: CacheTimes;
  readonly isValue: (value: unknown) => value is Value;
  readonly logger: Logger;
  readonly now: () => number;
  readonly onInvalidation: (invalidation: Invalidation) => void;
  readonly onLive: () => void;
  readonly onLost: (provenAt: number) => void;
}

/** How far behind a replica of Redis may be that takes over. */
const CONFIRMED_MILLIS = 60_000;
/** Keys that one script run takes; Redis serves nobody else meanwhile. */
const BATCH = 500;

/** Redis with all that belongs to it: two connections, time limit and breaker, pub/sub, and what it has yet to be told. */
export class SharedCache<Value> {
  private readonly redis: Redis;
  private readonly guard: LayerGuard;
  private readonly layer: RedisLayer<Value>;
  private readonly subscription: Subscription;
  private readonly journal: Journal;
  private readonly origin = randomUUID();
  private readonly retry: NodeJS.Timeout;
  private telling = false;

  constructor(private readonly options: SharedCacheOptions<Value>) {
    const { url, service, times, isValue, logger, now, onInvalidation, onLive, onLost } = options;
    const connection = { url, logger, silenceMillis: times.redisTimeoutMillis * 10, retryMillis: times.retryMillis };
    this.redis = connectRedis({ ...connection, name: service });
    this.guard = new LayerGuard({ layer: 'redis', timeoutMillis: times.redisTimeoutMillis, retryMillis: times.retryMillis, logger });
    this.journal = new Journal({ settleMillis: times.redisTimeoutMillis, keepMillis: CONFIRMED_MILLIS }, now);
    this.layer = new RedisLayer({ redis: this.redis, guard: this.guard, service, isValue, markerMillis: times.markerMillis });
    this.subscription = new Subscription({
      redis: connectRedis({ ...connection, name: `${service}-invalidations` }),
      channel: this.layer.channel,
      origin: this.origin,
      heartbeatMillis: times.heartbeatMillis,
      now,
      onInvalidation,
      onLive,
      onLost,
    });
    // A server that was away may have lost what it confirmed.
    this.redis.on('ready', () => {
      this.journal.doubt();
      void this.recover();
    });
    this.retry = setInterval(() => void this.recover(), times.retryMillis).unref();
  }

  /** Whether other processes' invalidations arrive. */
  get isLive(): boolean {
    return this.subscription.isLive;
  }

  /** Whether they have arrived until a moment ago. */
  get isProven(): boolean {
    return this.subscription.isProven;
  }

  get breakerState(): CircuitState {
    return this.guard.state;
  }

  get errors(): number {
    return this.guard.errors;
  }

  read(address: Address): Promise<RedisReading<Value> | undefined> {
    return this.layer.read(address);
  }

  fill(address: Address, entry: Entry<Value>, markers: readonly string[], lifeMillis: number): Promise<boolean | undefined> {
    return this.layer.fill(address, entry, markers, lifeMillis);
  }

  /** Resolves when Redis has done it, or has had its time; what it has not done is tried again until it has. */
  async invalidate(invalidation: Invalidation): Promise<void> {
    this.journal.add(invalidation);
    if (await this.layer.invalidate(invalidation, this.origin)) this.journal.confirm(invalidation);
  }

  /** Tells Redis what it has missed, once more and within the time of its calls; what it does not take is lost, and logged. */
  async close(): Promise<void> {
    clearInterval(this.retry);
    if (this.journal.unfinished.length > 0) await this.tellTheRest();
    this.subscription.close();
    this.redis.disconnect();
  }

  private async tellTheRest(): Promise<void> {
    this.guard.insist();
    const isReady = await this.guard.run(() => this.untilReady());
    for (const invalidation of isReady ? this.journal.unfinished : []) if (!(await this.tell(invalidation))) break;
    const lost = this.journal.unfinished;
    if (lost.length === 0) return;
    const count = (names: 'keys' | 'tags'): number => lost.reduce((sum, invalidation) => sum + invalidation[names].length, 0);
    this.options.logger.error({ keys: count('keys'), tags: count('tags') }, 'Redis could not be told what is old; it may be served until its life there ends');
  }

  private async untilReady(): Promise<true> {
    // Now, and not when the next attempt is due.
    if (this.redis.status === 'reconnecting') void this.redis.connect().catch(() => undefined);
    if (this.redis.status !== 'ready') await once(this.redis, 'ready');
    return true;
  }

  /** Tries an open breaker, so that no request has to, then tells what Redis has missed. */
  private async recover(): Promise<void> {
    if (this.guard.state !== CircuitState.Closed) await this.guard.run(() => this.redis.ping());
    const { unconfirmed } = this.journal;
    if (unconfirmed.length === 0 || this.telling) return;
    this.telling = true;
    for (const invalidation of unconfirmed) await this.tell(invalidation);
    this.telling = false;
  }

  /** @returns whether Redis has all of it */
  private async tell(invalidation: Invalidation): Promise<boolean> {
    const { keys, tags, position } = invalidation;
    for (let from = 0; from === 0 || from < Math.max(keys.length, tags.length); from += BATCH) {
      const batch = { keys: keys.slice(from, from + BATCH), tags: tags.slice(from, from + BATCH), position };
      if (!(await this.layer.invalidate(batch, this.origin))) return false;
      this.journal.confirm(batch);
    }
    return true;
  }
}
