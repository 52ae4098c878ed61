/** How long a cache waits and remembers, all in milliseconds. */
export interface CacheTimes {
  /** An entry's life. @default 3,600 s */
  readonly lifeMillis: number;
  /** The life of an entry that says that there is nothing. @default 30 s */
  readonly absentLifeMillis: number;
  /** The longest life in memory. @default 300 s */
  readonly memoryLifeMillis: number;
  /** How long after its life an entry is served while its source is unavailable. @default 600 s */
  readonly graceMillis: number;
  /** One call to Redis. @default 0.1 s */
  readonly redisTimeoutMillis: number;
  /** Between attempts to reach a Redis that is lost. @default 1 s */
  readonly retryMillis: number;
  /** Between proofs that invalidations still arrive. @default 1 s */
  readonly heartbeatMillis: number;
  /** How long memory serves what may be old when they no longer do. @default 5 s */
  readonly unheardMillis: number;
  /**
   * How long an invalidation is remembered: above an entry's life and grace. A key's as well as a tag's, since a replica
   * may lack a write for as long as the primary is silent. @default 4,260 s
   */
  readonly markerMillis: number;
}

export const standardCacheTimes: CacheTimes = {
  lifeMillis: 3_600_000,
  absentLifeMillis: 30_000,
  memoryLifeMillis: 300_000,
  graceMillis: 600_000,
  redisTimeoutMillis: 100,
  retryMillis: 1_000,
  heartbeatMillis: 1_000,
  unheardMillis: 5_000,
  markerMillis: 4_260_000,
};

/** The share of a life by which it is shortened at random, so that what was loaded at once does not end at once. */
export const JITTER_SHARE = 0.1;
/** Memory for entries: pods have 96 MiB of heap. */
export const MEMORY_BYTES = 16 * 1_048_576;
/** Entries in memory; each takes some of the heap even when small. */
export const MEMORY_ENTRIES = 20_000;
