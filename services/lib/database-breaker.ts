import { DatabaseError } from 'pg';
import { DatabaseUnavailableError } from './database-error';

/** After so many failures of a server, and no answer between them, it is left alone. */
export const BREAKER_FAILURES = 5;
/** How long it is left alone before one query tries it, seconds. */
export const BREAKER_OPEN_SECONDS = 1;

export interface DatabaseBreakerOptions {
  /** After so long a query tries the server; Infinity when only probes are to try it. @default {@link BREAKER_OPEN_SECONDS} */
  readonly openSeconds?: number;
  /** Monotonic milliseconds. @default performance.now */
  readonly now?: () => number;
}

type State = { readonly kind: 'closed'; failures: number } | { readonly kind: 'open'; triedMillis: number; isTrying: boolean };

/** What the end of a query shows of its server. */
type Sign = 'answer' | 'failure' | 'none';

/**
 * Stands before a server that has no substitute: while it fails, queries are refused at once rather than at their
 * deadline. Only an answer speaks for the server, be it an error of SQL; what says nothing about it, such as a query that
 * was not sent, neither ends a row of failures nor adds to it.
 */
export class DatabaseBreaker {
  private readonly openMillis: number;
  private readonly now: () => number;
  private readonly listeners: (() => void)[] = [];
  private state: State = { kind: 'closed', failures: 0 };

  constructor({ openSeconds = BREAKER_OPEN_SECONDS, now = () => performance.now() }: DatabaseBreakerOptions = {}) {
    this.openMillis = openSeconds * 1_000;
    this.now = now;
  }

  /** Whether queries are refused, but for the one that may be trying the server. */
  get isOpen(): boolean {
    return this.state.kind === 'open';
  }

  /** Tells each time when queries begin to be refused. */
  onOpen(listener: () => void): void {
    this.listeners.push(listener);
  }

  /**
   * @param isProbe it may try the server at any time. @default false
   * @throws DatabaseUnavailableError `refused` while open, and what the work rejects with
   */
  async run<Result>(work: () => Promise<Result>, isProbe = false): Promise<Result> {
    const isTrial = this.isOpen;
    if (!this.admit(isProbe)) throw new DatabaseUnavailableError(undefined, 'refused');
    let sign: Sign = 'answer';
    try {
      return await work();
    } catch (error) {
      sign = signOf(error);
      throw error;
    } finally {
      this.observe(sign, isTrial);
    }
  }

  /** Refuses queries from now on, however few have failed: the server is known to be of no use. */
  open(): void {
    if (this.isOpen) return;
    this.state = { kind: 'open', triedMillis: this.now(), isTrying: false };
    for (const listener of this.listeners) listener();
  }

  private admit(isProbe: boolean): boolean {
    const { state } = this;
    if (state.kind === 'closed') return true;
    // Nobody waits for the trial, which may take its whole deadline.
    if (state.isTrying || (!isProbe && this.now() - state.triedMillis < this.openMillis)) return false;
    state.isTrying = true;
    return true;
  }

  private observe(sign: Sign, isTrial: boolean): void {
    const { state } = this;
    if (state.kind === 'open') {
      // What was asked before it opened is no news.
      if (!isTrial) return;
      this.state = sign === 'answer' ? { kind: 'closed', failures: 0 } : { kind: 'open', triedMillis: this.now(), isTrying: false };
    } else if (sign === 'answer') {
      state.failures = 0;
    } else if (sign === 'failure') {
      state.failures += 1;
      if (state.failures >= BREAKER_FAILURES) this.open();
    }
  }
}

function signOf(error: unknown): Sign {
  if (error instanceof DatabaseUnavailableError) return error.isServerFailure ? 'failure' : 'none';
  return error instanceof DatabaseError ? 'answer' : 'none';
}
