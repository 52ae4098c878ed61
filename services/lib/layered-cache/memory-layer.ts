import { LRUCache } from 'lru-cache';
import type { Entry } from './entry';

export interface MemoryLayerOptions<Value> {
  readonly maximumBytes: number;
  readonly maximumEntries: number;
  /** Upper bound of the bytes that a value takes. */
  readonly sizeOf: (value: Value) => number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** What an entry takes beside its value: key, entry and lru-cache's own lists. */
const ENTRY_BYTES = 300;

/** The first layer: bounded in entries and in bytes, since it shares the heap with the requests. Stale entries stay until they have to make room. */
export class MemoryLayer<Value> {
  private readonly entries: LRUCache<string, Entry<Value>>;

  constructor({ maximumBytes, maximumEntries, sizeOf, now }: MemoryLayerOptions<Value>) {
    this.entries = new LRUCache({
      max: maximumEntries,
      maxSize: maximumBytes,
      noDeleteOnStaleGet: true,
      perf: { now },
      sizeCalculation: ({ content }, key) => ENTRY_BYTES + key.length * 2 + (content.kind === 'value' ? sizeOf(content.value) : 0),
    });
  }

  get(key: string): Entry<Value> | undefined {
    return this.entries.get(key);
  }

  getStale(key: string): Entry<Value> | undefined {
    return this.entries.get(key, { allowStale: true });
  }

  set(key: string, entry: Entry<Value>, freshMillis: number): void {
    // To lru-cache a ttl of 0 is none at all.
    this.entries.set(key, entry, { ttl: Math.max(1, Math.ceil(freshMillis)) });
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  /** Removes an entry unless another has taken its place. */
  deleteEntry(key: string, entry: Entry<Value>): void {
    if (this.entries.peek(key, { allowStale: true }) === entry) this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }

  get size(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.entries.size, bytes: this.entries.calculatedSize };
  }
}
