import { Socket } from 'node:net';
import { Client, type ClientConfig, type PoolClient } from 'pg';
import type { Entrant } from './concurrency-limit';
import { DatabaseUnavailableError, unavailableReason, type UnavailableReason } from './database-error';
import type { Deadline } from './deadline';
import type { Expiring } from './deadline-sweep';
import type { DatabaseRole } from './metrics';

/** A server that does not answer in so short a time need not be at fault. */
export const FAIR_MILLIS = 50;

/** How work on a connection ends. What comes after the first end is ignored. */
export interface Settle<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
  /** So much is done for good: if anything fails from now on, the work resolves with this. */
  readonly keep: (value: Value) => void;
}

/** Work on a connection, which ends by calling `settle`. */
export type Work<Value> = (client: PoolClient, settle: Settle<Value>) => void;

/** A client that knows its socket, so that it can be broken whatever it is doing, and whether it has served before. */
export class PooledClient extends Client {
  readonly socket: Socket;
  /** Since it was opened it has been idle, and may have been lost while nobody looked. */
  wasUsed = false;
  /** By {@link break}. */
  wasBroken = false;

  constructor(options: ClientConfig) {
    const socket = new Socket();
    super({ ...options, stream: () => socket });
    this.socket = socket;
    // While it is in use, its query is told; unheard, the event would end the process.
    this.on('error', () => undefined);
  }

  /** Ends the connection at once, without a word to the server. */
  break(): void {
    this.wasBroken = true;
    this.socket.destroy();
  }
}

/** Returns a connection that nobody has used to its pool. */
export function giveBack(client: PoolClient): void {
  if (client instanceof PooledClient) client.wasUsed = true;
  client.release();
}

/** A connection that a use has of its pool. */
export type Lease = PooledClient & PoolClient;

/** What a use needs of its pool. */
export interface UseOwner {
  readonly role: DatabaseRole;
  /** How many answers the server has given so far, whatever they were: while these come it is not silent. */
  answers: number;
  /** It has a place; `left` is the connection of who had it before, if that is still good. */
  readonly begin: (use: ConnectionUse, left: Lease | undefined) => void;
  /** Hands `use.connected` a connection or an error, unless the use is over before. */
  readonly connect: (use: ConnectionUse) => void;
  /**
   * Told once of each use that began, before its promise settles, and given back its connection if it had one.
   *
   * @param failure undefined when the server did its part: then the connection is good for the next use
   */
  readonly over: (use: ConnectionUse, failure: DatabaseUnavailableError | undefined, client: Lease | undefined) => void;
  /** Told of a use that did not begin. */
  readonly refused: () => void;
}

/** A use whose values are its own business. */
export interface ConnectionUse extends Expiring, Entrant<Lease> {
  readonly client: PooledClient | undefined;
  /** Whether it goes ahead of others. */
  readonly place: 'first' | 'last';
  readonly connected: (error: Error | undefined, client: PoolClient | undefined) => void;
  /** Ends it at once, and its connection if it has one. */
  readonly end: (failure: DatabaseUnavailableError) => void;
}

/** One use of a connection: waiting for a place, connecting, at work, over. */
export class Use<Value> implements ConnectionUse, Settle<Value> {
  private pooled: Lease | undefined;
  private isOver = false;
  private isHurried = false;
  /** Those there were when it began to wait for the server. */
  private answersBefore = 0;
  private kept: { readonly value: Value } | undefined;

  constructor(
    private readonly owner: UseOwner,
    private readonly work: Work<Value>,
    readonly deadline: Deadline,
    private readonly succeed: (value: Value) => void,
    private readonly fail: (error: unknown) => void,
    readonly place: 'first' | 'last' = 'last',
  ) {}

  get client(): PooledClient | undefined {
    return this.pooled;
  }

  start(left: Lease | undefined): void {
    this.isHurried = this.deadline.remainingMillis < FAIR_MILLIS;
    this.answersBefore = this.owner.answers;
    this.owner.begin(this, left);
  }

  refuse(failure?: Error): void {
    if (failure === undefined) this.owner.refused();
    this.fail(failure ?? new DatabaseUnavailableError(undefined, 'busy'));
  }

  connected(error: Error | undefined, client: PoolClient | undefined): void {
    if (client === undefined) {
      this.reject(error);
    } else if (!(client instanceof PooledClient) || client.socket.destroyed) {
      client.release(true);
      this.owner.connect(this);
    } else {
      this.pooled = client;
      this.answersBefore = this.owner.answers;
      this.work(client, this);
    }
  }

  resolve(value: Value): void {
    if (this.isOver) return;
    this.finish(undefined);
    this.succeed(value);
  }

  reject(error: unknown): void {
    if (this.isOver) return;
    const reason = unavailableReason(error, this.owner.role, this.pooled?.wasUsed === true);
    if (reason !== undefined) {
      this.end(new DatabaseUnavailableError(error, reason, this.pooled !== undefined));
      return;
    }
    this.finish(undefined);
    this.settle(error);
  }

  keep(value: Value): void {
    this.owner.answers += 1;
    this.kept = { value };
  }

  expire(): void {
    this.end(new DatabaseUnavailableError(undefined, this.expiryReason, this.pooled !== undefined));
  }

  end(failure: DatabaseUnavailableError): void {
    if (this.isOver) return;
    this.finish(failure);
    this.settle(failure);
  }

  private get expiryReason(): UnavailableReason {
    if (this.isHurried) return 'hurried';
    return this.owner.answers > this.answersBefore ? 'slow' : 'late';
  }

  private finish(failure: DatabaseUnavailableError | undefined): void {
    this.isOver = true;
    if (failure === undefined || failure.isOfStatement) this.owner.answers += 1;
    if (this.pooled !== undefined) this.pooled.wasUsed = true;
    this.owner.over(this, failure, this.pooled);
  }

  private settle(error: unknown): void {
    if (this.kept === undefined) this.fail(error);
    else this.succeed(this.kept.value);
  }
}
