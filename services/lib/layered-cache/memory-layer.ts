import { LRUCache } from 'lru-cache';
import type { Entry } from './entry';

export interface MemoryLayerOptions<Value> {
  readonly maximumBytes: number;
  readonly maximumEntries: number;
  /** Upper bound of the bytes that a value takes. */
  readonly sizeOf: (value: Value) => number;
}

/** What an entry takes beside its value: key, entry and lru-cache's own lists. */
const ENTRY_BYTES = 300;

/** The first layer: bounded in entries and in bytes, since it shares the heap with the requests. Entries tell their own time. */
export class MemoryLayer<Value> {
  private readonly entries: LRUCache<string, Entry<Value>>;

  constructor({ maximumBytes, maximumEntries, sizeOf }: MemoryLayerOptions<Value>) {
    this.entries = new LRUCache({
      max: maximumEntries,
      maxSize: maximumBytes,
      sizeCalculation: ({ content }, key) => ENTRY_BYTES + key.length * 2 + (content.kind === 'value' ? sizeOf(content.value) : 0),
    });
  }

  /** Fresh or stale. */
  get(key: string): Entry<Value> | undefined {
    return this.entries.get(key);
  }

  set(key: string, entry: Entry<Value>): void {
    this.entries.set(key, entry);
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  /** Removes an entry unless another has taken its place. */
  deleteEntry(key: string, entry: Entry<Value>): void {
    if (this.entries.peek(key) === entry) this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }

  get size(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.entries.size, bytes: this.entries.calculatedSize };
  }
}
