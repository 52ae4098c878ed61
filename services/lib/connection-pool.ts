import { Pool, type ClientConfig, type PoolClient } from 'pg';
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
/**
 * So many connections a pool opens at one time. It costs both sides far more than most queries do: after the loss of all, a
 * few are open soon and serve everybody who waits; all at once would be late together, and be taken for a server that fails.
 */
export const OPENING_MAXIMUM = 4;
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
  /** Uses that have a place and no connection: enough are being opened. */
  private readonly unconnected: ConnectionUse[] = [];
  /** Calls of the driver's pool that it has not answered: each will be an idle connection, or a new one. */
  private asked = 0;
  /** Connections that are being opened. */
  private readonly opening = new Set<PooledClient>();
  /** Connections that are still to be opened for the minimum. */
  private missing = 0;
  /** How often connections that were being opened have been broken. */
  private breaks = 0;
  private useCount = 0;
  private refusalCount = 0;

  constructor(private readonly options: ConnectionPoolOptions) {
    const { client, size, role, onIdleLoss } = options;
    const { clients, opening } = this;
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
        for (const set of [clients, opening]) {
          set.add(this);
          this.socket.once('close', () => set.delete(this));
        }
        this.once('connect', () => opening.delete(this));
      }
    };
    this.pool = new Pool({ Client: TrackedClient, min: size.minimum, max: size.maximum, idleTimeoutMillis: IDLE_TIMEOUT_MILLIS });
    // An idle connection that breaks has no query to report to; unheard, the event would end the process.
    this.pool.on('error', (error, lost) => {
      if (!(lost instanceof PooledClient) || !lost.wasBroken) onIdleLoss(error);
    });
  }

  /** Connections by what they do, one that is being opened is used; and how many uses wait for one, besides those that these are for. */
  get counts(): { readonly used: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount } = this.pool;
    return { used: totalCount - idleCount, idle: idleCount, waiting: this.limit.waiting + Math.max(0, this.unconnected.length - this.asked) };
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
      const use = new Use(this.owner, work, deadline, resolve, reject, place);
      if (deadline.passed) use.refuse();
      else this.limit.enter(use, place);
    });
  }

  /** Opens connections up to the pool's minimum, in the background. */
  fill(): void {
    this.missing = this.options.size.minimum - this.pool.totalCount;
    this.askForMinimum();
  }

  /** Ends every use that has not yet got a connection, whether it waits for a place or for the server. */
  refuseUnconnected(failure: DatabaseUnavailableError): void {
    this.limit.refuseAll(failure);
    for (const use of [...this.uses.watched]) if (use.client === undefined) use.end(failure);
    // Once the server is back, new ones are not to wait for their end.
    this.breaks += 1;
    for (const client of this.opening) client.break();
  }

  /** Ends every use and every wait at once, and destroys every connection. */
  breakAll(failure: DatabaseUnavailableError): void {
    this.limit.refuseAll(failure);
    for (const use of [...this.uses.watched]) use.end(failure);
    this.breaks += 1;
    for (const client of this.clients) client.break();
  }

  /** Waits for the uses that run, then closes every connection. */
  async close(): Promise<void> {
    await this.pool.end();
  }

  private connect(use: ConnectionUse): void {
    if (use.place === 'first') this.unconnected.unshift(use);
    else this.unconnected.push(use);
    this.askForUses();
  }

  private askForUses(): void {
    while (this.asked < this.unconnected.length && this.mayAsk) this.ask();
  }

  private askForMinimum(): void {
    while (this.missing > 0 && this.mayAsk) {
      // The driver's pool opens one only when none is idle, so those that are idle are taken for a moment.
      if (this.asked - this.opening.size >= this.pool.idleCount) this.missing -= 1;
      this.ask();
    }
  }

  /** Whether there is an idle connection for one more call, or one more may be opened. */
  private get mayAsk(): boolean {
    const { idleCount } = this.pool;
    return this.asked - this.opening.size < idleCount || this.asked - idleCount < OPENING_MAXIMUM;
  }

  /** Whoever has waited longest gets the answer: by then a connection that came free may have served who it was asked for. */
  private ask(): void {
    this.asked += 1;
    const { breaks } = this;
    this.pool.connect((error, client) => {
      this.asked -= 1;
      // That we have broken one is no answer to who has come since.
      const use = error === undefined || breaks === this.breaks ? this.unconnected.shift() : undefined;
      if (use !== undefined) use.connected(error, client);
      else if (client !== undefined) setImmediate(() => this.putAside(client));
      this.askForUses();
    });
  }

  private putAside(client: PoolClient): void {
    const { totalCount } = this.pool;
    const wasIdle = client instanceof PooledClient && client.wasUsed;
    giveBack(client);
    // The driver's pool has dropped it: it was lost while it was taken.
    if (wasIdle && this.pool.totalCount < totalCount) this.missing += 1;
    this.askForUses();
    this.askForMinimum();
  }

  private begin(use: ConnectionUse, left: Lease | undefined): void {
    this.useCount += 1;
    this.uses.watch(use);
    if (left === undefined) this.connect(use);
    else use.connected(undefined, left);
  }

  private over(use: ConnectionUse, failure: DatabaseUnavailableError | undefined, lease: Lease | undefined): void {
    this.uses.unwatch(use);
    if (this.unconnected.includes(use)) this.unconnected.splice(this.unconnected.indexOf(use), 1);
    // With an error the pool destroys the connection, whatever it is waiting for.
    if (failure !== undefined) lease?.release(failure);
    if (failure?.reason === 'lost' && lease !== undefined) this.breakUnused();
    this.options.onOutcome(failure);
    const free = failure === undefined ? lease : undefined;
    const next = free === undefined ? undefined : this.unconnected.shift();
    next?.connected(undefined, free);
    const left = next === undefined ? free : undefined;
    if (!this.limit.leave(left)) left?.release();
  }

  /** With one connection lost the others are likely to be lost as well: the next use is to have a new one. */
  private breakUnused(): void {
    const used = new Set([...this.uses.watched].map(({ client }) => client));
    for (const client of this.clients) if (client.wasUsed && !used.has(client)) client.break();
  }
}
