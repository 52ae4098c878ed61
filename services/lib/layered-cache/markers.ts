import type { WalPosition } from '../wal-position';
import { MarkerTable } from './marker-table';

/** What a write has made old: entries of these keys and tags that were read before its position. */
export interface Invalidation {
  readonly keys: readonly string[];
  readonly tags: readonly string[];
  /** A position that the write precedes, taken once it was visible to readers; {@link UNREACHED_POSITION} when it is not known. */
  readonly position: WalPosition;
}

/** What an entry is found by. The tags of a key are always the same. */
export interface Address {
  readonly key: string;
  readonly tags: readonly string[];
}

export interface MarkersOptions {
  /** Above the longest life of an entry: until then a marker is what tells that it is old. */
  readonly lifeMillis: number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** For keys, and as many for tags: 3 MiB each when every place is taken. */
export const MARKER_PLACES = 2 ** 17;

/**
 * The invalidations that this process knows of, its own and those of others. They tell from which position on a read is
 * new enough, and whether anything was invalidated while a read was under way.
 */
export class Markers {
  private readonly keys: MarkerTable;
  private readonly tags: MarkerTable;
  private readonly everything: MarkerTable;
  private sequence = 0;
  /** The last moment before which all may have changed. */
  private interrupted = 0;

  constructor(options: MarkersOptions) {
    this.keys = new MarkerTable({ ...options, places: MARKER_PLACES });
    this.tags = new MarkerTable({ ...options, places: MARKER_PLACES });
    this.everything = new MarkerTable({ ...options, places: 1 });
  }

  /** Every entry that was read before it is old, whatever its key. */
  get floor(): WalPosition {
    return this.everything.positionOf('');
  }

  /** A moment, for {@link changedSince}. */
  get now(): number {
    return this.sequence;
  }

  add({ keys, tags, position }: Invalidation): void {
    this.sequence += 1;
    for (const key of keys) this.keys.set(key, position, this.sequence);
    for (const tag of tags) this.tags.set(tag, position, this.sequence);
  }

  /** Everything that was read before a position is old. */
  addEverything(position: WalPosition): void {
    this.interrupt();
    this.everything.set('', position, this.sequence);
  }

  /** A read that was asked for all there is has seen this position: what is invalidated at one that is not known is so at this one. */
  know({ key, tags }: Address, position: WalPosition): void {
    this.everything.know('', position);
    this.keys.know(key, position);
    for (const tag of tags) this.tags.know(tag, position);
  }

  /** Invalidations may have been missed: nothing that is under way may be kept. */
  interrupt(): void {
    this.sequence += 1;
    this.interrupted = this.sequence;
  }

  /** The position that a tag's entries must have seen. */
  ofTag(tag: string): WalPosition {
    return this.tags.positionOf(tag);
  }

  /** The position that an entry must have seen, 0 for any. */
  required({ key, tags }: Address): WalPosition {
    return tags.reduce((position, tag) => Math.max(position, this.ofTag(tag)), Math.max(this.floor, this.keys.positionOf(key)));
  }

  changedSince(moment: number, { key, tags }: Address): boolean {
    if (this.sequence === moment) return false;
    return this.interrupted > moment || this.keys.sequenceOf(key) > moment || tags.some((tag) => this.tags.sequenceOf(tag) > moment);
  }
}
