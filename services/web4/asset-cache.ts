import { createHash } from 'node:crypto';
import type { Cdn } from '../lib/cdn/cdn';
import type { Deadline } from '../lib/deadline';
import type { Entry, Loaded } from '../lib/layered-cache/entry';
import type { LayeredCache } from '../lib/layered-cache/layered-cache';
import { EVERYTHING } from '../lib/layered-cache/redis-layer';
import type { ReadOptions } from '../lib/read-write-pool';
import { UNREACHED_POSITION, type WalPosition } from '../lib/wal-position';
import { Doubts, type DoubtsOptions, type InDoubt } from './doubts';
import { etagOf } from './etag';
import { cursorOf } from './requests';
import type { Asset, AssetStore, Written } from './store';

/** An answer as it is sent, made once and not for each request. */
export interface CachedAnswer {
  readonly etag: string;
  /** JSON. */
  readonly body: string;
  readonly bytes: number;
}

export function isCachedAnswer(value: unknown): value is CachedAnswer {
  if (typeof value !== 'object' || value === null) return false;
  const { etag, body, bytes } = value as Partial<Record<keyof CachedAnswer, unknown>>;
  return typeof etag === 'string' && typeof body === 'string' && typeof bytes === 'number';
}

/** A string takes at most two bytes a character. */
export const sizeOfAnswer = ({ etag, body }: CachedAnswer): number => 2 * (etag.length + body.length) + 64;

export interface Page {
  readonly prefix: string;
  readonly after: string;
  readonly limit: number;
}

const LISTS = 'lists';
/** Lists that were made from many keys are thrown away soon: any write makes them old. */
const LIST_LIFE_MILLIS = 30_000;
const NO_TAGS: readonly string[] = [];
const LIST_TAGS = [LISTS] as const;

/** Under which path every cache knows an asset. */
export function pathOf(id: string): string {
  // CDNs take an asterisk for any text.
  return `/api/web4/assets/${encodeURIComponent(id).replace(/\*/g, '%2A')}`;
}

export function answerOf({ generation, ...shown }: Asset): CachedAnswer {
  const body = JSON.stringify(shown);
  return { etag: etagOf({ generation, version: shown.version }), body, bytes: Buffer.byteLength(body) };
}

export interface AssetCacheOptions extends Pick<DoubtsOptions, 'logger' | 'wait'> {
  readonly store: Pick<AssetStore, 'find' | 'list' | 'position'>;
  readonly cache: LayeredCache<CachedAnswer>;
  readonly cdn: Pick<Cdn, 'purge'>;
  /** Whether a write that failed so may have been done. */
  readonly leavesDoubt: (error: unknown) => boolean;
}

/** Reads of the store through the caches, and what a write makes old in them. */
export class AssetCache {
  private readonly store: AssetCacheOptions['store'];
  private readonly cache: LayeredCache<CachedAnswer>;
  private readonly doubts: Doubts;

  constructor(private readonly options: AssetCacheOptions) {
    const { store, cache } = options;
    this.store = store;
    this.cache = cache;
    this.doubts = new Doubts({ ...options, position: (deadline) => store.position(deadline), forget: (inDoubt, position) => this.forget(inDoubt, position) });
  }

  find(id: string, { deadline, atLeast }: ReadOptions): Entry<CachedAnswer> | Promise<Entry<CachedAnswer>> {
    return this.cache.get({
      key: keyOf(id),
      tags: NO_TAGS,
      atLeast,
      deadline,
      load: async (needed): Promise<Loaded<CachedAnswer>> => {
        const { asset, seen } = await this.store.find(id, await this.readingOf(deadline, needed));
        return { content: asset === undefined ? { kind: 'absent' } : { kind: 'value', value: answerOf(asset) }, seen };
      },
    });
  }

  list(page: Page, { deadline, atLeast }: ReadOptions): Entry<CachedAnswer> | Promise<Entry<CachedAnswer>> {
    return this.cache.get({
      key: `list:${JSON.stringify([page.limit, page.after, page.prefix])}`,
      tags: LIST_TAGS,
      atLeast,
      deadline,
      lifeMillis: LIST_LIFE_MILLIS,
      load: async (needed): Promise<Loaded<CachedAnswer>> => {
        // One more tells whether there is a next page.
        const { assets, seen } = await this.store.list({ ...page, limit: page.limit + 1 }, await this.readingOf(deadline, needed));
        const shown = assets.slice(0, page.limit);
        const last = shown.at(-1);
        const body = JSON.stringify({ assets: shown, ...(last !== undefined && assets.length > page.limit && { nextCursor: cursorOf(last.id) }) });
        const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
        return { content: { kind: 'value', value: { etag, body, bytes: Buffer.byteLength(body) } }, seen };
      },
    });
  }

  /** Whether an answer may be kept elsewhere for as long as nobody makes it old. */
  vouchesFor(entry: Entry<CachedAnswer>): boolean {
    return this.cache.vouchesFor(entry);
  }

  /**
   * Runs a write; afterwards no cache has what was before it. Of one in doubt that is so once the primary says how far it is:
   * whoever reads before the replicas have it keeps the old one until then.
   */
  async write<Value>(id: string, work: () => Promise<Written<Value>>): Promise<Written<Value>> {
    let result: Written<Value>;
    try {
      result = await work();
    } catch (error) {
      if (this.options.leavesDoubt(error)) {
        void this.forget(only(id), 0);
        this.doubts.add(id);
      }
      throw error;
    }
    // Whoever deletes what is not there could else empty the caches, and buy purges. A repeat may find its own work done.
    if (result.changed || this.doubts.has(id)) await this.forget(only(id), result.position);
    return result;
  }

  /** Leaves nothing in doubt; before its cache and CDN are closed. */
  close(): Promise<void> {
    return this.doubts.close();
  }

  private async forget({ ids, more }: InDoubt, position: WalPosition): Promise<void> {
    await this.cache.invalidate({ keys: [...ids].map(keyOf), tags: more ? [EVERYTHING] : LIST_TAGS, position });
    this.options.cdn.purge([...ids].map(pathOf));
  }

  /** What has every write so far is at the primary's position, or beyond. */
  private async readingOf(deadline: Deadline, needed: WalPosition | undefined): Promise<ReadOptions> {
    if (needed === undefined) return { deadline };
    return { deadline, atLeast: needed === UNREACHED_POSITION ? await this.store.position(deadline) : needed };
  }
}

function only(id: string): InDoubt {
  return { ids: new Set([id]), more: false };
}

function keyOf(id: string): string {
  return `asset:${id}`;
}
