import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { LayerGuard } from '../layered-cache/layer-guard';
import type { Cdn, CdnStatus, PurgeApi } from './cdn';

export interface PurgeQueueOptions {
  readonly api: PurgeApi;
  readonly logger: Logger;
  /** Paths are collected for so long, since CDNs limit calls and what is purged at once. @default 1 s */
  readonly collectMillis?: number;
  /** One call. @default 5 s */
  readonly timeoutMillis?: number;
  /** Before the next attempt after a failure. @default 5 s */
  readonly retryMillis?: number;
  /** Monotonic milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** A path is tried for so long; by then the CDN has asked again by itself: answers have an `s-maxage` of 300 s, and 30 s more while it asks. */
export const PURGE_MILLIS = 330_000;
/** With more paths than this one for all is purged, or those too many are not. */
export const WAITING_LIMIT = 10_000;

/** Collects paths, and purges them in batches, one call at a time: never two wildcards at once, of which CDNs allow few. */
export class PurgeQueue implements Cdn {
  /** Paths, and since when each waits. */
  private readonly waiting = new Map<string, number>();
  private readonly guard: LayerGuard;
  private working: Promise<void> | undefined;
  private readonly closing = new AbortController();
  private readonly collectMillis: number;
  private readonly timeoutMillis: number;
  private readonly retryMillis: number;
  private readonly now: () => number;

  constructor(private readonly options: PurgeQueueOptions) {
    const { logger, collectMillis = 1_000, timeoutMillis = 5_000, retryMillis = 5_000, now = () => performance.now() } = options;
    this.collectMillis = collectMillis;
    this.timeoutMillis = timeoutMillis;
    this.retryMillis = retryMillis;
    this.now = now;
    this.guard = new LayerGuard({ layer: 'cdn', timeoutMillis, retryMillis, logger });
  }

  get status(): CdnStatus {
    return { breakerState: this.guard.state, errors: this.guard.errors, waiting: this.waiting.size };
  }

  purge(paths: readonly string[]): void {
    for (const path of paths) this.waiting.set(path, this.now());
    if (this.waiting.size > WAITING_LIMIT) this.overflow();
    this.start();
  }

  async close(): Promise<void> {
    this.closing.abort();
    const done = new AbortController();
    await Promise.race([this.working, sleep(this.timeoutMillis, undefined, { signal: done.signal }).catch(() => undefined)]);
    done.abort();
    this.giveUp([...this.waiting.keys()]);
    this.waiting.clear();
  }

  private start(): void {
    this.working ??= this.work().finally(() => {
      this.working = undefined;
      // What came after the last look.
      if (this.waiting.size > 0) this.start();
    });
  }

  private overflow(): void {
    const { api, logger } = this.options;
    const tooMany = api.everyPath === undefined ? [...this.waiting.keys()].slice(WAITING_LIMIT) : [...this.waiting.keys()];
    for (const path of tooMany) this.waiting.delete(path);
    if (api.everyPath !== undefined) this.waiting.set(api.everyPath, this.now());
    logger.warn({ paths: tooMany.length, purged: api.everyPath ?? 'none of them' }, 'more paths than the CDN is told one by one');
  }

  private async work(): Promise<void> {
    const { api } = this.options;
    let failed = false;
    while (this.waiting.size > 0) {
      if (failed) await this.pause(this.retryMillis);
      else if (this.waiting.size < api.batch) await this.pause(this.collectMillis);
      const batch = [...this.waiting].slice(0, api.batch);
      const paths = batch.map(([path]) => path);
      for (const path of paths) this.waiting.delete(path);
      failed = (await this.guard.run(() => api.purge(paths).then(() => true))) !== true;
      if (failed) this.tryAgain(batch);
    }
  }

  private tryAgain(batch: readonly (readonly [path: string, since: number])[]): void {
    // Told to end, one attempt has to do.
    const isLast = (since: number): boolean => this.now() - since >= PURGE_MILLIS || this.closing.signal.aborted;
    this.giveUp(batch.filter(([, since]) => isLast(since)).map(([path]) => path));
    // A path that was given again meanwhile starts anew.
    for (const [path, since] of batch) if (!isLast(since) && !this.waiting.has(path)) this.waiting.set(path, since);
  }

  private giveUp(paths: readonly string[]): void {
    if (paths.length > 0) this.options.logger.error({ paths: paths.length, first: paths[0] }, 'the CDN could not be told; these paths may be old until their life there ends');
  }

  private async pause(millis: number): Promise<void> {
    await sleep(millis, undefined, { signal: this.closing.signal, ref: false }).catch(() => undefined);
  }
}
