import { Gauge, type Registry } from 'prom-client';
import type { WalPosition } from './wal-position';

export const REPLICA_LAG_METRIC = 'database_replica_lag_seconds';

/** So many samples are kept; a replica that is behind all of them lags by more than they span. */
export const SAMPLES_MAXIMUM = 1_000;

interface Sample {
  /** The primary had written no more than `position` then. */
  readonly atMillis: number;
  readonly position: WalPosition;
}

/** How far a replica is behind. `atLeast`: it is behind everything that is remembered. */
export interface Lag {
  readonly kind: 'exact' | 'at-least';
  readonly seconds: number;
}

/**
 * Where the primary's log was at what time. A replica that has replayed a position has all that was written until the
 * latest time at which the primary was not beyond it. Neither server's clock is asked, and an idle primary, whose last
 * write is long ago, makes no replica look late. While the primary does not answer, no lag grows.
 */
export class PrimaryHistory {
  private readonly samples: Sample[] = [];

  /** @param atMillis when the primary was asked, monotonic milliseconds */
  record(atMillis: number, position: WalPosition): void {
    // Of one position only the latest time matters.
    if (this.samples.at(-1)?.position === position) this.samples.pop();
    this.samples.push({ atMillis, position });
    if (this.samples.length > SAMPLES_MAXIMUM) this.samples.shift();
  }

  /** The lag of a server that has replayed so much, undefined while nothing is known of the primary. */
  lagOf(replayed: WalPosition): Lag | undefined {
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    const reached = this.samples.findLast(({ position }) => position <= replayed);
    return { kind: reached === undefined ? 'at-least' : 'exact', seconds: (last.atMillis - (reached ?? first).atMillis) / 1_000 };
  }
}

/** Exports `database_replica_lag_seconds`, by the replica's place in DATABASE_REPLICA_URLS. One whose lag is not known has no series. */
export function exportReplicaLag(replicas: readonly { readonly lagSeconds: number | undefined }[], registry: Registry): void {
  new Gauge({
    name: REPLICA_LAG_METRIC,
    help: 'How long ago the primary had written what the replica has replayed.',
    labelNames: ['replica'] as const,
    registers: [registry],
    collect() {
      this.reset();
      replicas.forEach(({ lagSeconds }, replica) => {
        if (lagSeconds !== undefined) this.set({ replica: String(replica) }, lagSeconds);
      });
    },
  });
}
