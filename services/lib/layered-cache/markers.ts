import { LRUCache } from 'lru-cache';
import type { WalPosition } from '../wal-position';

/** What a write has made old: entries of these keys and tags that were read before its position. */
export interface Invalidation {
  readonly keys: readonly string[];
  readonly tags: readonly string[];
  /** A position that the write precedes, taken once it was visible to readers. */
  readonly position: WalPosition;
}

/** What an entry is found by. The tags of a key are always the same. */
export interface Address {
  readonly key: string;
  readonly tags: readonly string[];
}

interface Marker {
  readonly position: WalPosition;
  readonly sequence: number;
  /** Until then an entry that is older may be about. */
  readonly until: number;
}

/** Every entry that was read before a position is old. */
type Floor = Pick<Marker, 'position' | 'until'>;

export interface MarkersOptions {
  /** Above the longest life of an entry: until then a marker is what tells that it is old. */
  readonly lifeMillis: number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** More than this many keys or tags are not remembered one by one. */
export const MARKER_LIMIT = 10_000;

/**
 * The invalidations that this process knows of, its own and those of others. They tell from which position on a read is
 * new enough, and whether anything was invalidated while a read was under way.
 */
export class Markers {
  private readonly keys: LRUCache<string, Marker>;
  private readonly tags: LRUCache<string, Marker>;
  private sequence = 0;
  /** The last change to what is not remembered one by one. */
  private forgotten = 0;
  /** Those that no other outlives at a later position: seldom more than two. */
  private floors: readonly Floor[] = [];

  constructor(private readonly options: MarkersOptions) {
    const { lifeMillis, now } = options;
    // A marker that had to make room counts for every entry until its time is over: better to load too often than to be wrong.
    const dispose = (marker: Marker, _name: string, reason: LRUCache.DisposeReason): void => {
      if (reason !== 'evict' || marker.until <= now()) return;
      this.forgotten = Math.max(this.forgotten, marker.sequence);
      this.raise(marker);
    };
    this.keys = new LRUCache({ max: MARKER_LIMIT, ttl: lifeMillis, dispose, perf: { now } });
    this.tags = new LRUCache({ max: MARKER_LIMIT, ttl: lifeMillis, dispose, perf: { now } });
  }

  /** Every entry that was read before it is old, whatever its key. */
  get floor(): WalPosition {
    if (this.floors.length === 0) return 0;
    const now = this.options.now();
    return this.floors.reduce((highest, { position, until }) => (until > now ? Math.max(highest, position) : highest), 0);
  }

  /** A moment, for {@link changedSince}. */
  get now(): number {
    return this.sequence;
  }

  add({ keys, tags, position }: Invalidation): void {
    this.sequence += 1;
    for (const key of keys) this.set(this.keys, key, position);
    for (const tag of tags) this.set(this.tags, tag, position);
  }

  /** Everything that was read before a position is old. */
  addEverything(position: WalPosition): void {
    this.interrupt();
    this.raise({ position, until: this.options.now() + this.options.lifeMillis });
  }

  /** Invalidations may have been missed: nothing that is under way may be kept. */
  interrupt(): void {
    this.sequence += 1;
    this.forgotten = this.sequence;
  }

  /** The position that a tag's entries must have seen. */
  ofTag(tag: string): WalPosition {
    return this.tags.get(tag)?.position ?? 0;
  }

  /** The position that an entry must have seen, 0 for any. */
  required({ key, tags }: Address): WalPosition {
    return tags.reduce((position, tag) => Math.max(position, this.ofTag(tag)), Math.max(this.floor, this.keys.get(key)?.position ?? 0));
  }

  changedSince(moment: number, { key, tags }: Address): boolean {
    if (this.sequence === moment) return false;
    const after = (marker: Marker | undefined): boolean => marker !== undefined && marker.sequence > moment;
    return this.forgotten > moment || after(this.keys.get(key)) || tags.some((tag) => after(this.tags.get(tag)));
  }

  private set(markers: LRUCache<string, Marker>, name: string, position: WalPosition): void {
    // Messages overtake each other; the later position stands.
    markers.set(name, { position: Math.max(position, markers.get(name)?.position ?? 0), sequence: this.sequence, until: this.options.now() + this.options.lifeMillis });
  }

  private raise({ position, until }: Floor): void {
    const now = this.options.now();
    const others = this.floors.filter((floor) => floor.until > now && (floor.position > position || floor.until > until));
    this.floors = others.some((floor) => floor.position >= position && floor.until >= until) ? others : [...others, { position, until }];
  }
}
