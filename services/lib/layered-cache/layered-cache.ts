import type { CircuitState } from 'cockatiel';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics';
import { UNREACHED_POSITION } from '../wal-position';
import type { Entry, Loaded } from './entry';
import { answerOf, loadReaching, unlessPassed, type Arrival, type Flight, type LookUp } from './loading';
import { Markers, type Address, type Invalidation } from './markers';
import { MemoryLayer } from './memory-layer';
import { EVERYTHING } from './redis-layer';
import { JITTER_SHARE, MEMORY_BYTES, MEMORY_ENTRIES, type CacheTimes } from './settings';
import { SharedCache } from './shared-cache';

export interface LayeredCacheOptions<Value> {
  readonly service: string;
  /** Without a URL, memory alone serves: other processes' writes are then seen when an entry's life in memory ends. */
  readonly redisUrl: URL | undefined;
  readonly times: CacheTimes;
  /** Upper bound of the bytes that a value takes in memory. */
  readonly sizeOf: (value: Value) => number;
  /** Whether what another process has stored is a value of this version's. */
  readonly isValue: (value: unknown) => value is Value;
  /** Whether a loader's error says that its source cannot answer now, so that a stale entry is better than none. */
  readonly isUnavailable: (error: unknown) => boolean;
  readonly metrics: Pick<Metrics, 'cacheHit' | 'cacheMiss'>;
  readonly logger: Logger;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** 0 to 1. @default Math.random */
  readonly random?: () => number;
  /** @default 16 MiB */
  readonly memoryBytes?: number;
}

/** What a cache's metrics show, beside hits and misses. */
export interface CacheStatus {
  readonly entries: number;
  readonly bytes: number;
  /** Answers past their life, given because the source was unavailable. */
  readonly staleAnswers: number;
  /** Invalidations of this process, and of others that it has heard of. */
  readonly invalidations: { readonly own: number; readonly heard: number };
  readonly redis: { readonly breakerState: CircuitState; readonly errors: number; readonly isLive: boolean } | undefined;
}

/**
 * Memory, then Redis, then the source. Whatever a layer does, a look-up fails only when the source does; and what an
 * invalidation has made old stays away, however reads, writes, replicas and processes interleave: see DECISIONS.md.
 */
export class LayeredCache<Value> {
  private readonly memory: MemoryLayer<Value>;
  private readonly shared: SharedCache<Value> | undefined;
  private readonly markers: Markers;
  private readonly flights = new Map<string, Flight<Value>>();
  private flightCount = 0;
  private readonly now: () => number;
  private readonly random: () => number;
  private distrust: NodeJS.Timeout | undefined;
  private readonly invalidations = { own: 0, heard: 0 };
  private staleAnswers = 0;

  constructor(private readonly options: LayeredCacheOptions<Value>) {
    const { service, redisUrl, times, sizeOf, isValue, logger, now = Date.now, random = Math.random, memoryBytes = MEMORY_BYTES } = options;
    this.now = now;
    this.random = random;
    this.memory = new MemoryLayer({ maximumBytes: memoryBytes, maximumEntries: MEMORY_ENTRIES, sizeOf, now });
    this.markers = new Markers({ lifeMillis: times.markerMillis, now });
    if (redisUrl === undefined) {
      logger.warn('no REDIS_URL: the memory of this process is the only cache');
      return;
    }
    const onInvalidation = (invalidation: Invalidation): void => {
      this.invalidations.heard += 1;
      this.forget(invalidation);
    };
    this.shared = new SharedCache({ url: redisUrl, service, times, isValue, logger, now, onInvalidation, onLive: () => this.trust(), onLost: (provenAt) => this.distrustAfter(provenAt) });
  }

  get status(): CacheStatus {
    return { ...this.memory.size, staleAnswers: this.staleAnswers, invalidations: this.invalidations, redis: this.shared };
  }

  /**
   * Looks a key up. What memory has comes at once, without a promise.
   *
   * @throws (rejects with) the loader's error, when no layer has an entry that may stand in; DeadlinePassedError;
   * UnreachedPosition for `atLeast` alone, never for what was invalidated
   */
  get(lookUp: LookUp<Value>): Entry<Value> | Promise<Entry<Value>> {
    const entry = this.memory.get(lookUp.key);
    if (entry !== undefined && this.hasSeen(entry, lookUp)) {
      this.options.metrics.cacheHit('memory');
      return entry;
    }
    this.options.metrics.cacheMiss('memory');
    return this.join(lookUp);
  }

  /** Whether an entry is within its life, and would be gone by now if another process had made it old. */
  vouchesFor({ freshUntil }: Entry<Value>): boolean {
    return this.shared?.isProven === true && freshUntil > this.now();
  }

  /**
   * Makes entries old, here at once, in Redis and other processes by the time it resolves if Redis answers, and else soon
   * after it does. Call it once the write is visible, with a position that the write precedes.
   */
  async invalidate(invalidation: Invalidation): Promise<void> {
    this.invalidations.own += 1;
    this.forget(invalidation);
    await this.shared?.invalidate(invalidation);
  }

  /** Waits until Redis has what it was to be told, or has had its time. */
  async close(): Promise<void> {
    await this.shared?.close();
    clearTimeout(this.distrust);
  }

  private hasSeen(entry: Entry<Value>, { atLeast, tags }: LookUp<Value>): boolean {
    const { seen } = entry;
    if (seen < this.markers.floor || (atLeast !== undefined && seen < atLeast)) return false;
    for (const tag of tags) if (seen < this.markers.ofTag(tag)) return false;
    return true;
  }

  /** Waits for the load of the same key that is under way, unless it may give what is too old for this caller. */
  private async join(lookUp: LookUp<Value>): Promise<Entry<Value>> {
    const asked = this.flightCount;
    for (;;) {
      lookUp.deadline?.check();
      const flight = this.flights.get(lookUp.key);
      if (flight === undefined || this.markers.changedSince(flight.began, lookUp)) return this.fly(lookUp);
      const needsLess = (lookUp.atLeast ?? 0) < flight.atLeast;
      // What asked for more than this caller does may fail where this one would not: the primary alone could answer it.
      const arrival = await flight.arrival.catch((error: unknown) => (needsLess ? undefined : unlessPassed(error)));
      // Of all who need a later position, the first to be here asks, and the others join it.
      const entry = arrival && answerOf(arrival, flight, lookUp.atLeast ?? 0, asked);
      if (entry !== undefined) return entry;
    }
  }

  private async fly(lookUp: LookUp<Value>): Promise<Entry<Value>> {
    const { key, atLeast = 0 } = lookUp;
    const began = this.markers.now;
    this.flightCount += 1;
    const flight: Flight<Value> = { number: this.flightCount, began, atLeast, arrival: this.fetch(lookUp, began).finally(() => this.flights.get(key) === flight && this.flights.delete(key)) };
    this.flights.set(key, flight);
    const { entry, failure } = await flight.arrival;
    if (failure !== undefined && entry.seen < atLeast) throw failure;
    return entry;
  }

  private async fetch(lookUp: LookUp<Value>, began: number): Promise<Arrival<Entry<Value>>> {
    const inMemory = this.memory.getStale(lookUp.key);
    const reading = await this.shared?.read(lookUp);
    const marked = Math.max(reading?.required ?? 0, this.markers.required(lookUp));
    const required = Math.max(lookUp.atLeast ?? 0, marked);
    const inRedis = reading?.entry;
    if (reading !== undefined) {
      if (inRedis !== undefined && inRedis.seen >= required && inRedis.freshUntil > this.now()) {
        this.options.metrics.cacheHit('redis');
        this.keep(lookUp, inRedis, began, true);
        return { entry: inRedis };
      }
      this.options.metrics.cacheMiss('redis');
    }
    lookUp.deadline?.check();
    try {
      const { entry: loaded, failure } = await loadReaching(lookUp, required);
      const entry = this.entryOf(loaded, lookUp);
      // A load that was asked for all there is has seen what the markers are about, at a position that is known from now on.
      const hasSeen = entry.seen >= marked || marked === UNREACHED_POSITION;
      if (marked === UNREACHED_POSITION && !this.markers.changedSince(began, lookUp)) this.markers.know(lookUp, entry.seen);
      // A source that did not give what it was asked for: right for nobody else. What a primary has that lost a write is right
      // for a moment, or every request would load it until the log has grown beyond that.
      if (hasSeen || failure !== undefined) this.keep(lookUp, entry, began, hasSeen && reading !== undefined);
      if (hasSeen && reading !== undefined) void this.fill(lookUp, entry, reading.markers);
      return { entry, failure };
    } catch (error) {
      const needed = Math.max(marked, this.markers.required(lookUp));
      const [stale] = [inMemory, inRedis]
        .filter((entry) => entry !== undefined)
        .filter(({ seen, staleUntil }) => seen >= needed && staleUntil > this.now())
        .sort((a, b) => b.seen - a.seen);
      if (stale === undefined || !this.options.isUnavailable(error)) throw error;
      this.staleAnswers += 1;
      return { entry: stale, failure: error };
    }
  }

  private entryOf({ content, seen }: Loaded<Value>, { lifeMillis = this.options.times.lifeMillis }: LookUp<Value>): Entry<Value> {
    const { absentLifeMillis, graceMillis } = this.options.times;
    const life = (content.kind === 'absent' ? Math.min(absentLifeMillis, lifeMillis) : lifeMillis) * (1 - JITTER_SHARE * this.random());
    const freshUntil = Math.round(this.now() + life);
    return { content, seen, freshUntil, staleUntil: freshUntil + graceMillis };
  }

  /**
   * Puts an entry into memory with what is left of its life, unless it was invalidated meanwhile.
   *
   * @param marked whether Redis was asked for markers; what one did not hear of could be old
   */
  private keep(address: Address, entry: Entry<Value>, began: number, marked: boolean): void {
    if (this.markers.changedSince(began, address)) return;
    const { memoryLifeMillis, unheardMillis } = this.options.times;
    const heard = this.shared === undefined || (marked && this.shared.isLive);
    this.memory.set(address.key, entry, Math.min(entry.freshUntil - this.now(), heard ? memoryLifeMillis : unheardMillis));
  }

  /** Redis has the last word: what it refuses, because of an invalidation that has not arrived here yet, leaves memory too. */
  private async fill(address: Address, entry: Entry<Value>, markers: readonly string[]): Promise<void> {
    const filled = await this.shared?.fill(address, entry, markers, entry.staleUntil - this.now());
    if (filled === false) this.memory.deleteEntry(address.key, entry);
  }

  private forget(invalidation: Invalidation): void {
    if (invalidation.tags.includes(EVERYTHING)) {
      this.markers.addEverything(invalidation.position);
      this.memory.clear();
    }
    this.markers.add(invalidation);
    for (const key of invalidation.keys) this.memory.delete(key);
  }

  /** Invalidations arrive from now on; those missed until now may concern anything. */
  private trust(): void {
    clearTimeout(this.distrust);
    this.markers.interrupt();
    this.memory.clear();
  }

  private distrustAfter(provenAt: number): void {
    clearTimeout(this.distrust);
    const left = provenAt + this.options.times.unheardMillis - this.now();
    this.distrust = setTimeout(() => this.memory.clear(), Math.max(0, left)).unref();
  }
}
