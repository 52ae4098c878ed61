import type { CircuitState } from 'cockatiel';
import type { Logger } from 'pino';
import { CloudFront } from './cloudfront';
import { Edge } from './edge';
import { PurgeQueue } from './purge-queue';

/** A CDN before the service, or none. */
export type CdnConfiguration =
  | { readonly kind: 'none' }
  | { readonly kind: 'cloudfront'; readonly url: URL; readonly distributionId: string }
  /** An nginx or the like that keeps answers by their path, and renews one that is asked for with the token. */
  | { readonly kind: 'edge'; readonly url: URL; readonly purgeToken: string };

export interface CdnStatus {
  readonly breakerState: CircuitState;
  readonly errors: number;
  /** Paths that wait to be purged. */
  readonly waiting: number;
}

/** Takes answers out of the CDN that a write has made old. */
export interface Cdn {
  readonly status: CdnStatus | undefined;
  /** Soon afterwards the CDN asks again for these paths. Never fails and never waits: what goes wrong is logged and counted. */
  readonly purge: (paths: readonly string[]) => void;
  /** Waits for what was given, within the time of one call. */
  readonly close: () => Promise<void>;
}

/** One call that makes a CDN forget some paths, or fails. */
export interface PurgeApi {
  /** Paths that one call takes. */
  readonly batch: number;
  /** The path that stands for all, where there is one. */
  readonly everyPath: string | undefined;
  readonly purge: (paths: readonly string[]) => Promise<void>;
}

const none: Cdn = { status: undefined, purge: () => undefined, close: () => Promise.resolve() };

export function openCdn(configuration: CdnConfiguration, logger: Logger): Cdn {
  if (configuration.kind === 'none') return none;
  const api = configuration.kind === 'cloudfront' ? new CloudFront(configuration) : new Edge(configuration);
  return new PurgeQueue({ api, logger });
}
