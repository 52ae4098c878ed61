import type { QueryResultRow } from 'pg';
import type { Logger } from 'pino';
import { ConcurrencyLimit } from './concurrency-limit';
import type { ReplicatedData } from './config';
import { unreachedPosition } from './consistency-token';
import { WAITING_MAXIMUM } from './connection-pool';
import { Database, type DatabaseContext, type Query, type WriteResult } from './database';
import { DatabaseBreaker } from './database-breaker';
import { DatabaseUnavailableError } from './database-error';
import { exportDatabaseMetrics, exportReplicaMetrics } from './database-metrics';
import type { Deadline } from './deadline';
import { Replica } from './replica';
import { ReplicaMonitor } from './replica-monitor';
import { RetryBudget } from './retry-budget';
import { UNREACHED_POSITION, type WalPosition } from './wal-position';

/**
 * Of what is left until the deadline the database may take this much, so that the client has its answer in time when it
 * gives up: the statements that were under way to a server which hangs all come to their end at once.
 */
export const DATABASE_SHARE = 0.8;
/** Of what is left of that, an attempt that can be followed by another one takes this much. */
export const ATTEMPT_SHARE = 0.5;
/** How often a warning says that the primary is read in place of replicas, at most. */
const WARNING_INTERVAL_MILLIS = 60_000;

export interface ReadResult<Row> {
  readonly rows: readonly Row[];
  /** A position that what was read has reached at least: not before `atLeast`, unless that was {@link UNREACHED_POSITION}. */
  readonly seen: WalPosition;
}

export interface ReadOptions {
  readonly deadline: Deadline;
  /** Only a server that has replayed this may answer; {@link UNREACHED_POSITION} for the primary alone. @default any within the lag limit */
  readonly atLeast?: WalPosition;
}

interface Reading<Row extends QueryResultRow> {
  readonly on: (server: { readonly query: Replica['query'] }, deadline: Deadline) => Promise<readonly Row[]>;
  readonly atLeast: WalPosition;
  readonly deadline: Deadline;
}

/**
 * A primary and its replicas as one database. Writes go to the primary, once. Reads go to the replicas in turn, those
 * that answer and are not too far behind; when one fails, to another one, at last to the primary.
 *
 * Reads never follow an error of SQL, and are bounded in all ways: by the deadline, by a budget of attempts, by a number
 * of reads that the primary takes in place of replicas, and by a breaker before it.
 */
export class ReadWritePool {
  readonly primary: Database;
  readonly replicas: readonly Replica[];
  private readonly fallbacks = { replica: 0, primary: 0 };
  private refused = 0;
  private readonly monitor: ReplicaMonitor;
  private readonly budget = new RetryBudget();
  private readonly primaryReads: ConcurrencyLimit;
  /** What the primary has reached, by its last sample and the answers since: after a failover it may be less than before. */
  private primaryPosition: WalPosition = 0;
  private turn = 0;
  private warnedAt = -Infinity;
  private readonly logger: Logger;

  constructor({ primary, replicas }: ReplicatedData, context: DatabaseContext) {
    this.logger = context.logger;
    const { addresses, pool, maximumLagSeconds, probeSeconds, sampleSeconds } = replicas;
    // The monitor's samples try it, so that no request is the one that finds it hanging still.
    this.primary = new Database({ ...primary, role: 'primary', breaker: new DatabaseBreaker({ openSeconds: Infinity }) }, context);
    this.replicas = addresses.map((address, number) => new Replica({ address, number, pool, maximumLagSeconds, probeSeconds }, context));
    // Half of the connections stay with the writes, whatever becomes of the replicas.
    this.primaryReads = new ConcurrencyLimit(Math.ceil(primary.pool.maximum / 2), WAITING_MAXIMUM);
    this.monitor = new ReplicaMonitor({ primary: this.primary, replicas: this.replicas, sampleSeconds, onPrimaryPosition: (position) => (this.primaryPosition = position) });
    exportDatabaseMetrics([this.primary, ...this.replicas.map(({ database }) => database)], context.metrics.registry);
    exportReplicaMetrics(this.replicas, () => ({ fallbacks: this.fallbacks, refused: this.refused }), context.metrics.registry);
    this.monitor.start();
  }

  /**
   * Runs a SELECT on a replica, or on the primary when none may answer.
   *
   * @throws DatabaseUnavailableError when no server answers before the deadline, pg's DatabaseError when one refuses the
   * statement, HttpProblem 400 when not even the primary has reached `atLeast`
   */
  read<Row extends QueryResultRow>(query: Query, values: readonly unknown[], { deadline, atLeast = 0 }: ReadOptions): Promise<ReadResult<Row>> {
    this.budget.deposit();
    return this.readFrom<Row>({ on: (server, limit) => server.query<Row>(query, values, limit), atLeast, deadline: deadline.part(DATABASE_SHARE) });
  }

  /**
   * Runs one statement that writes, on the primary and never twice.
   *
   * @throws as {@link read}; when the primary was lost on the way, the write may have been done
   */
  async write<Row extends QueryResultRow>(query: Query, values: readonly unknown[], { deadline }: { readonly deadline: Deadline }): Promise<WriteResult<Row>> {
    const written = await this.primary.write<Row>(query, values, deadline.part(DATABASE_SHARE));
    this.sawPrimaryAt(written.position);
    return written;
  }

  /** Waits for the queries that run, then closes every connection. */
  async close(): Promise<void> {
    await this.monitor.stop();
    await Promise.all([this.primary.close(), ...this.replicas.map((replica) => replica.close())]);
  }

  private async readFrom<Row extends QueryResultRow>(reading: Reading<Row>): Promise<ReadResult<Row>> {
    const tried: Replica[] = [];
    let failure: DatabaseUnavailableError | undefined;
    for (let replica = this.next(reading.atLeast, tried); replica !== undefined; replica = this.next(reading.atLeast, tried)) {
      if (failure !== undefined) this.follow(failure, reading.deadline, 'replica');
      tried.push(replica);
      try {
        return await this.readReplica(reading, replica, this.limitOf(reading, tried));
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError)) throw error;
        failure = error;
      }
    }
    if (failure !== undefined) this.follow(failure, reading.deadline, 'primary');
    // A client that has just written is none of these.
    if (failure !== undefined || reading.atLeast === 0) this.warn(failure);
    return this.readPrimary(reading);
  }

  private readReplica<Row extends QueryResultRow>({ on, atLeast }: Reading<Row>, replica: Replica, deadline: Deadline): Promise<ReadResult<Row>> {
    const ask = async (): Promise<ReadResult<Row>> => {
      const { position: seen, restarts } = replica;
      const rows = await on(replica, deadline);
      if (replica.restarts === restarts) return { rows, seen };
      // It may have waited for a connection meanwhile, and been answered by a server that was started anew.
      if (atLeast > 0) throw new DatabaseUnavailableError(undefined, 'lost');
      return { rows, seen: 0 };
    };
    // One that has crashed may be back, and behind where it was.
    return this.twice(ask, () => replica.serves(atLeast));
  }

  private async readPrimary<Row extends QueryResultRow>(reading: Reading<Row>): Promise<ReadResult<Row>> {
    const work = async (): Promise<ReadResult<Row>> => {
      const seen = await this.primaryReaching(reading);
      return { rows: await this.twice(() => reading.on(this.primary, reading.deadline)), seen };
    };
    return this.replicas.length === 0 ? work() : this.inPlaceOfReplica(reading.deadline, work);
  }

  /** What the primary has reached; it is asked only when that is not known to be enough. */
  private async primaryReaching({ atLeast, deadline }: Reading<QueryResultRow>): Promise<WalPosition> {
    if (atLeast !== UNREACHED_POSITION && atLeast > this.primaryPosition) {
      this.sawPrimaryAt(await this.twice(() => this.primary.position(deadline)));
      if (atLeast > this.primaryPosition) throw unreachedPosition(atLeast);
    }
    return this.primaryPosition;
  }

  /** Asks one server; twice when the first connection was one that had been lost while nobody looked. */
  private async twice<Result>(ask: () => Promise<Result>, mayAgain: () => boolean = () => true): Promise<Result> {
    try {
      return await ask();
    } catch (error) {
      const lost = error instanceof DatabaseUnavailableError && error.reason === 'lost';
      if (!lost || !mayAgain() || !this.budget.withdraw()) throw error;
      return ask();
    }
  }

  /** Whether another server may be asked after a failure. @throws that failure when it may not */
  private follow(failure: DatabaseUnavailableError, deadline: Deadline, server: 'replica' | 'primary'): void {
    // Replicas with too many reads are no reason to give the primary more of them.
    const spills = server === 'primary' && failure.reason === 'busy';
    if (spills || deadline.passed || !this.budget.withdraw()) throw failure;
    this.fallbacks[server] += 1;
  }

  private limitOf({ deadline, atLeast }: Reading<QueryResultRow>, tried: readonly Replica[]): Deadline {
    const last = this.primary.breaker?.isOpen === true && !this.replicas.some((replica) => replica.serves(atLeast) && !tried.includes(replica));
    return last ? deadline : deadline.part(ATTEMPT_SHARE);
  }

  /** The replicas take turns. */
  private next(atLeast: WalPosition, tried: readonly Replica[]): Replica | undefined {
    const { length } = this.replicas;
    for (let step = 0; step < length; step += 1) {
      const replica = this.replicas[(this.turn + step) % length];
      if (replica === undefined || !replica.serves(atLeast) || tried.includes(replica)) continue;
      this.turn = (this.turn + step + 1) % length;
      return replica;
    }
    return undefined;
  }

  private inPlaceOfReplica<Result>(deadline: Deadline, work: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        void work().then(resolve, reject).finally(() => this.primaryReads.leave());
      };
      const refuse = (): void => {
        this.refused += 1;
        reject(new DatabaseUnavailableError(undefined, 'refused'));
      };
      this.primaryReads.enter({ deadline, start, refuse });
    });
  }

  /** Now and then: whoever runs it wants to know before it is too much for the primary. */
  private warn(err: DatabaseUnavailableError | undefined): void {
    const now = performance.now();
    if (this.replicas.length === 0 || now - this.warnedAt < WARNING_INTERVAL_MILLIS) return;
    this.warnedAt = now;
    this.logger.warn({ err, replicas: this.replicas.map(({ state }) => state) }, 'the primary is read in place of replicas');
  }

  private sawPrimaryAt(position: WalPosition): void {
    if (position !== UNREACHED_POSITION && position > this.primaryPosition) this.primaryPosition = position;
  }
}
