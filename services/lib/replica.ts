import type { QueryResultRow } from 'pg';
import type { PoolSize } from './config';
import { Database, type DatabaseContext, type Query } from './database';
import { DatabaseUnavailableError } from './database-error';
import type { DatabaseAddress } from './database-url';
import type { Deadline } from './deadline';
import { ReplicaHealth } from './replica-health';
import type { Lag, PrimaryHistory } from './replica-lag';
import type { WalPosition } from './wal-position';

export interface ReplicaOptions {
  readonly address: DatabaseAddress;
  readonly number: number;
  readonly pool: PoolSize;
  /** Above this it gets no reads. */
  readonly maximumLagSeconds: number;
  readonly probeSeconds: number;
}

/** `ejected`: it fails, or has not yet been reached. `lagging`: it answers, and is too far behind. */
export type ReplicaState = 'healthy' | 'lagging' | 'ejected';

/** A replica, what is known of it, and whether it may be read. */
export class Replica {
  readonly number: number;
  /** How often it has been put out. */
  ejections = 0;
  /** Failures while it was in; those put it out. */
  failures = 0;
  /** How often it may have been started anew since this process knows it: what was asked before says nothing of where it is. */
  restarts = 0;
  /** To be read through {@link query} only. */
  readonly database: Database;
  private readonly health: ReplicaHealth;
  private readonly maximumLagSeconds: number;
  private lag: Lag | undefined;
  /** It has replayed at least this; undefined when that is not certain. */
  private replayed: WalPosition | undefined;

  constructor(
    { address, number, pool, maximumLagSeconds, probeSeconds }: ReplicaOptions,
    private readonly context: DatabaseContext,
  ) {
    this.number = number;
    this.maximumLagSeconds = maximumLagSeconds;
    this.health = new ReplicaHealth({ probeMillis: probeSeconds * 1_000 });
    this.database = new Database({ address, role: 'replica', number, pool, onOutcome: (failure) => this.observe(failure), onIdleLoss: () => this.suspectRestart() }, context);
  }

  get state(): ReplicaState {
    if (!this.health.isIn) return 'ejected';
    return this.isLagging ? 'lagging' : 'healthy';
  }

  get lagSeconds(): number | undefined {
    return this.lag?.seconds;
  }

  /** Time between probes while it is out, seconds, else 0. */
  get ejectionSeconds(): number {
    return this.health.ejectionSeconds;
  }

  /** Position that its answers have reached at least; 0 when it is not certain. */
  get position(): WalPosition {
    return this.replayed ?? 0;
  }

  /** Whether it may be read by who needs to see this position. */
  serves(atLeast: WalPosition): boolean {
    return this.health.isIn && !this.isLagging && this.position >= atLeast;
  }

  query<Row extends QueryResultRow>(query: Query, values: readonly unknown[], deadline: Deadline): Promise<readonly Row[]> {
    return this.database.query<Row>(query, values, deadline);
  }

  /**
   * Asks how far it has replayed, by the way whether it answers: while it is out, at most as often as its probes are due.
   *
   * @param ask the query for it
   * @param urgent no other replica may be read
   */
  async sample(ask: (database: Database) => Promise<WalPosition | undefined>, history: PrimaryHistory, urgent: boolean): Promise<void> {
    if (!this.health.isIn && !this.health.beginProbe(urgent)) return;
    try {
      this.replayed = await ask(this.database);
    } catch {
      // Counted where every outcome is. Its last lag stays: it is not known to have caught up.
      return;
    }
    this.lag = this.replayed === undefined ? undefined : history.lagOf(this.replayed);
    if (!this.health.isIn) {
      this.health.readmit();
      this.context.logger.info({ replica: this.number, lagSeconds: this.lagSeconds }, 'replica answers');
    }
    this.database.connections.fill();
  }

  close(): Promise<void> {
    return this.database.close();
  }

  private get isLagging(): boolean {
    // Behind all that is remembered, which may be little: this process may be young.
    return this.lag !== undefined && (this.lag.kind === 'at-least' || this.lag.seconds > this.maximumLagSeconds);
  }

  private observe(failure: DatabaseUnavailableError | undefined): void {
    if (failure === undefined) this.health.succeeded();
    // Whatever broke, the server may have been started anew, and then is behind where it was.
    else if (failure.mayBeRestart) this.suspectRestart();
    else this.replayed = undefined;
    if (failure?.isServerFailure !== true || !this.health.isIn) return;
    this.failures += 1;
    if (!this.health.failed()) return;
    this.ejections += 1;
    this.context.logger.warn({ replica: this.number, err: failure, ejectionSeconds: this.ejectionSeconds }, 'replica ejected');
    // Who waits for it is better served elsewhere.
    this.database.connections.breakAll(new DatabaseUnavailableError(failure, 'refused'));
  }

  private suspectRestart(): void {
    this.restarts += 1;
    this.replayed = undefined;
  }
}
