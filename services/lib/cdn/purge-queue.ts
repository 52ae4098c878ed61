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
}

/** Attempts for one batch; then its paths are old until their life in the CDN ends. */
export const PURGE_ATTEMPTS = 5;
/** With more paths than this one for all is purged, or those too many are not. */
export const WAITING_LIMIT = 10_000;

/** Collects paths, and purges them in batches, one call at a time: never two wildcards at once, of which CDNs allow few. */
export class PurgeQueue implements Cdn {
  private readonly waiting = new Set<string>();
  private readonly guard: LayerGuard;
  private working: Promise<void> | undefined;
  private readonly closing = new AbortController();
  private readonly collectMillis: number;
  private readonly retryMillis: number;

  constructor(private readonly options: PurgeQueueOptions) {
    const { logger, collectMillis = 1_000, timeoutMillis = 5_000, retryMillis = 5_000 } = options;
    this.collectMillis = collectMillis;
    this.retryMillis = retryMillis;
    this.guard = new LayerGuard({ layer: 'cdn', timeoutMillis, retryMillis, logger });
  }

  get status(): CdnStatus {
    return { breakerState: this.guard.state, errors: this.guard.errors, waiting: this.waiting.size };
  }

  purge(paths: readonly string[]): void {
    for (const path of paths) this.waiting.add(path);
    if (this.waiting.size > WAITING_LIMIT) this.overflow();
    this.working ??= this.work().finally(() => {
      this.working = undefined;
    });
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.working;
  }

  private overflow(): void {
    const { api, logger } = this.options;
    const tooMany = api.everyPath === undefined ? [...this.waiting].slice(WAITING_LIMIT) : [...this.waiting];
    for (const path of tooMany) this.waiting.delete(path);
    if (api.everyPath !== undefined) this.waiting.add(api.everyPath);
    logger.warn({ paths: tooMany.length, purged: api.everyPath ?? 'none of them' }, 'more paths than the CDN is told one by one');
  }

  private async work(): Promise<void> {
    let attempts = 0;
    while (this.waiting.size > 0) {
      await this.pause(attempts === 0 ? this.collectMillis : this.retryMillis);
      const paths = [...this.waiting].slice(0, this.options.api.batch);
      for (const path of paths) this.waiting.delete(path);
      if ((await this.guard.run(() => this.options.api.purge(paths).then(() => true))) === true) {
        attempts = 0;
        continue;
      }
      attempts += 1;
      // Told to end, one attempt has to do.
      const given = attempts >= PURGE_ATTEMPTS || this.closing.signal.aborted;
      if (given) this.options.logger.error({ paths: paths.length, first: paths[0] }, 'the CDN could not be told; these paths may be old until their life there ends');
      else for (const path of paths) this.waiting.add(path);
      if (given) attempts = 0;
    }
  }

  private async pause(millis: number): Promise<void> {
    await sleep(millis, undefined, { signal: this.closing.signal, ref: false }).catch(() => undefined);
  }
}
