import { createHash } from 'node:crypto';
import type { Cdn } from '../lib/cdn/cdn';
import type { Deadline } from '../lib/deadline';
import type { Entry, Loaded } from '../lib/layered-cache/entry';
import type { LayeredCache } from '../lib/layered-cache/layered-cache';
import type { ReadOptions } from '../lib/read-write-pool';
import { UNREACHED_POSITION, type WalPosition } from '../lib/wal-position';
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
/** A replica that may be read has by then what was written. */
const DOUBT_MILLIS = 10_000;
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

/** Reads of the store through the caches, and what a write makes old in them. */
export class AssetCache {
  constructor(
    private readonly store: Pick<AssetStore, 'find' | 'list' | 'position'>,
    private readonly cache: LayeredCache<CachedAnswer>,
    private readonly cdn: Pick<Cdn, 'purge'>,
    /** Whether a write that failed so may have been done. */
    private readonly leavesDoubt: (error: unknown) => boolean,
  ) {}

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

  /** Runs a write; afterwards, done or in doubt, no cache has what was before it. */
  async write<Value>(id: string, work: () => Promise<Written<Value>>): Promise<Written<Value>> {
    let result: Written<Value>;
    try {
      result = await work();
    } catch (error) {
      if (this.leavesDoubt(error)) {
        // At a position that nobody knows: whoever reads before the replicas have it keeps the old one.
        void this.forget(id, 0);
        setTimeout(() => void this.forget(id, 0), DOUBT_MILLIS).unref();
      }
      throw error;
    }
    // Whoever deletes what is not there could else empty the caches, and buy purges.
    if (result.changed) await this.forget(id, result.position);
    return result;
  }

  private async forget(id: string, position: WalPosition): Promise<void> {
    await this.cache.invalidate({ keys: [keyOf(id)], tags: LIST_TAGS, position });
    this.cdn.purge([pathOf(id)]);
  }

  /** What has every write so far is at the primary's position, or beyond. */
  private async readingOf(deadline: Deadline, needed: WalPosition | undefined): Promise<ReadOptions> {
    if (needed === undefined) return { deadline };
    return { deadline, atLeast: needed === UNREACHED_POSITION ? await this.store.position(deadline) : needed };
  }
}

function keyOf(id: string): string {
  return `asset:${id}`;
}
