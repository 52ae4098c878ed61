import { setTimeout as sleep } from 'node:timers/promises';
import { defineQueries, type Database } from './database';
import { DatabaseUnavailableError } from './database-error';
import { Deadline } from './deadline';
import type { Replica } from './replica';
import { PrimaryHistory } from './replica-lag';
import { parseWalPosition, type WalPosition } from './wal-position';

/** A server that does not say in this time where it is does not answer. */
export const SAMPLE_TIMEOUT_MILLIS = 1_000;
/** The first rounds follow each other so much faster while a replica seems to lag. */
const YOUNG_ROUNDS = 10;

const QUERIES = defineQueries({
  replayedPosition: `
    SELECT pg_is_in_recovery() AS replica,
      (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END)::text AS position`,
});

interface PositionRow {
  readonly replica: boolean;
  /** Null while a server has replayed nothing. */
  readonly position: string | null;
}

export interface ReplicaMonitorOptions {
  readonly primary: Database;
  readonly replicas: readonly Replica[];
  /** Time between rounds. */
  readonly sampleSeconds: number;
  /** Told where the primary is. */
  readonly onPrimaryPosition: (position: WalPosition) => void;
}

/**
 * Asks every server again and again how far its log is. From the answers follow lag and health of the replicas; the same
 * queries are the probes of what is out, and keep the pools at their minimum.
 */
export class ReplicaMonitor {
  private readonly history = new PrimaryHistory();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: ReplicaMonitorOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Waits for the round that is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const sampleMillis = this.options.sampleSeconds * 1_000;
    for (let rounds = 1; !signal.aborted; rounds += 1) {
      const start = performance.now();
      await this.round();
      // With one sample alone, a replica a moment behind it cannot be told from one that is far behind.
      const isYoung = rounds <= YOUNG_ROUNDS && this.options.replicas.some(({ state }) => state === 'lagging');
      const next = start + (isYoung ? sampleMillis / YOUNG_ROUNDS : sampleMillis);
      await sleep(Math.max(0, next - performance.now()), undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async round(): Promise<void> {
    const { replicas } = this.options;
    // The primary first: replicas that keep up are then seen to have all of it.
    await this.samplePrimary();
    const urgent = !replicas.some((replica) => replica.serves(0));
    await Promise.all(replicas.map((replica) => replica.sample((database) => ask(database, positionOf), this.history, urgent)));
  }

  private async samplePrimary(): Promise<void> {
    const { primary, onPrimaryPosition } = this.options;
    const askedAt = performance.now();
    try {
      const position = await ask(primary, (row) => {
        if (row?.replica === true) throw this.giveUpPrimary();
        return positionOf(row);
      });
      primary.connections.fill();
      if (position === undefined) return;
      this.history.record(askedAt, position);
      onPrimaryPosition(position);
    } catch {
      // Its breaker has counted it.
    }
  }

  /** After a failover the address may lead elsewhere, and open connections still to what was the primary. */
  private giveUpPrimary(): DatabaseUnavailableError {
    const { breaker, connections } = this.options.primary;
    const failure = new DatabaseUnavailableError(new Error('what should be the primary is in recovery: a standby'), 'failed');
    breaker?.open();
    connections.breakAll(failure);
    return failure;
  }
}

function ask<Value>(database: Database, accept: (row: PositionRow | undefined) => Value): Promise<Value> {
  return database.probe(QUERIES.replayedPosition, Deadline.after(SAMPLE_TIMEOUT_MILLIS), ([row]: readonly PositionRow[]) => accept(row));
}

function positionOf(row: PositionRow | undefined): WalPosition | undefined {
  return parseWalPosition(row?.position ?? '');
}
