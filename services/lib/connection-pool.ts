import { Pool, type ClientConfig } from 'pg';
import { ConcurrencyLimit } from './concurrency-limit';
import type { PoolSize } from './config';
import { giveBack, PooledClient, Use, type ConnectionUse, type Lease, type UseOwner, type Work } from './connection-use';
import { DatabaseUnavailableError } from './database-error';
import type { Deadline } from './deadline';
import { DeadlineSweep } from './deadline-sweep';
import type { DatabaseRole } from './metrics';

/** How many may wait for a connection of one pool. */
export const WAITING_MAXIMUM = 100;
/**
 * Longest wait for a connection of the pool. The strategy's 30 s are longer than any request lives: the client would be
 * gone, the queue still full.
 */
export const ACQUIRE_TIMEOUT_MILLIS = 1_500;
/** How long a connection above the pool's minimum stays open unused (the strategy's 10 s). */
export const IDLE_TIMEOUT_MILLIS = 10_000;

export interface ConnectionPoolOptions {
  readonly client: ClientConfig;
  readonly size: PoolSize;
  readonly role: DatabaseRole;
  /** An idle connection has broken, by no doing of ours. */
  readonly onIdleLoss: (error: Error) => void;
  /** Told of each use of a connection, before its promise settles: undefined when the server did its part. */
  readonly onOutcome: (failure: DatabaseUnavailableError | undefined) => void;
}

/**
 * node-postgres's pool, with what it lacks: a bounded queue, one deadline for waiting, connecting and querying, a
 * minimum that is opened and not only kept, and an end to everything at once when its server is given up.
 */
export class ConnectionPool {
  private readonly pool: Pool;
  private readonly limit: ConcurrencyLimit<Lease>;
  private readonly clients = new Set<PooledClient>();
  private readonly uses = new DeadlineSweep<ConnectionUse>();
  private readonly owner: UseOwner;
  private useCount = 0;
  private refusalCount = 0;

  constructor(private readonly options: ConnectionPoolOptions) {
    const { client, size, role, onIdleLoss } = options;
    const { clients } = this;
    this.limit = new ConcurrencyLimit(size.maximum, WAITING_MAXIMUM, ACQUIRE_TIMEOUT_MILLIS);
    this.owner = {
      role,
      answers: 0,
      begin: (use, left) => this.begin(use, left),
      connect: (use) => this.connect(use),
      over: (use, failure, lease) => this.over(use, failure, lease),
      refused: () => (this.refusalCount += 1),
    };
    const TrackedClient = class extends PooledClient {
      constructor() {
        super(client);
        clients.add(this);
        this.socket.once('close', () => clients.delete(this));
      }
    };
    this.pool = new Pool({ Client: TrackedClient, min: size.minimum, max: size.maximum, idleTimeoutMillis: IDLE_TIMEOUT_MILLIS });
    // An idle connection that breaks has no query to report to; unheard, the event would end the process.
    this.pool.on('error', (error, lost) => {
      if (!(lost instanceof PooledClient) || !lost.wasBroken) onIdleLoss(error);
    });
  }

  /** Connections by what they do, and how many uses wait for one. */
  get counts(): { readonly used: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount } = this.pool;
    return { used: totalCount - idleCount, idle: idleCount, waiting: this.limit.waiting };
  }

  /** Uses so far that began, and that were turned away since too many wait or they had waited too long. */
  get totals(): { readonly begun: number; readonly refused: number } {
    return { begun: this.useCount, refused: this.refusalCount };
  }

  /**
   * Does work on a connection of its own. If it is still at work at the deadline, its connection is destroyed; what comes
   * after its deadline gets none.
   *
   * @param place `first` goes ahead of all who wait. @default 'last'
   * @throws DatabaseUnavailableError, or what the work rejects with
   */
  run<Value>(work: Work<Value>, deadline: Deadline, place: 'first' | 'last' = 'last'): Promise<Value> {
    return new Promise((resolve, reject) => {
      const use = new Use(this.owner, work, deadline, resolve, reject);
      if (deadline.passed) use.refuse();
      else this.limit.enter(use, place);
    });
  }

  /** Opens connections up to the pool's minimum, in the background. */
  fill(): void {
    const { totalCount, idleCount } = this.pool;
    if (totalCount >= this.options.size.minimum) return;
    // The pool opens one only when none is idle, so those that are idle are taken for a moment.
    for (let taken = this.options.size.minimum - totalCount + idleCount; taken > 0; taken -= 1) {
      this.pool.connect((_error, client) => void setImmediate(() => client !== undefined && giveBack(client)));
    }
  }

  /** Ends every use that has not yet got a connection, whether it waits for a place or for the server. */
  refuseUnconnected(failure: DatabaseUnavailableError): void {
    this.limit.refuseAll(failure);
    for (const use of [...this.uses.watched]) if (use.client === undefined) use.end(failure);
  }

  /** Ends every use and every wait at once, and destroys every connection. */
  breakAll(failure: DatabaseUnavailableError): void {
    this.limit.refuseAll(failure);
    for (const use of [...this.uses.watched]) use.end(failure);
    for (const client of this.clients) client.break();
  }

  /** Waits for the uses that run, then closes every connection. */
  async close(): Promise<void> {
    await this.pool.end();
  }

  private connect(use: ConnectionUse): void {
    this.pool.connect((error, client) => use.connected(error, client));
  }

  private begin(use: ConnectionUse, left: Lease | undefined): void {
    this.useCount += 1;
    this.uses.watch(use);
    if (left === undefined) this.connect(use);
    else use.connected(undefined, left);
  }

  private over(use: ConnectionUse, failure: DatabaseUnavailableError | undefined, lease: Lease | undefined): void {
    this.uses.unwatch(use);
    // With an error the pool destroys the connection, whatever it is waiting for.
    if (failure !== undefined) lease?.release(failure);
    if (failure?.reason === 'lost') this.breakUnused();
    this.options.onOutcome(failure);
    const left = failure === undefined ? lease : undefined;
    if (!this.limit.leave(left)) left?.release();
  }

  /** With one connection lost the others are likely to be lost as well: the next use is to have a new one. */
  private breakUnused(): void {
    const used = new Set([...this.uses.watched].map(({ client }) => client));
    for (const client of this.clients) if (client.wasUsed && !used.has(client)) client.break();
  }
}
