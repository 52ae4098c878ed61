import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import { DatabaseUnavailableError } from './database-error';

/** After so many failures of a server in a row it is left alone. */
export const BREAKER_FAILURES = 5;
/** How long it is left alone before one query tries it, seconds. */
export const BREAKER_OPEN_SECONDS = 1;

/** Stands before a server that has no substitute: while it fails, queries are refused at once rather than at their deadline. */
export class DatabaseBreaker {
  private readonly policy;

  /** @param openSeconds @default {@link BREAKER_OPEN_SECONDS} */
  constructor(openSeconds = BREAKER_OPEN_SECONDS) {
    this.policy = circuitBreaker(
      handleWhen((error) => error instanceof DatabaseUnavailableError && this.isFailure(error)),
      { halfOpenAfter: openSeconds * 1_000, breaker: new ConsecutiveBreaker(BREAKER_FAILURES) },
    );
  }

  /** Whether queries are refused, but for the one that may be trying the server. */
  get isOpen(): boolean {
    return this.policy.state !== CircuitState.Closed;
  }

  /** Tells each time when queries begin to be refused. */
  onOpen(listener: () => void): void {
    this.policy.onBreak(listener);
  }

  /** @throws DatabaseUnavailableError `refused` while open, and what the work rejects with */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    // The policy would let these wait for the trial, which may take its whole deadline.
    if (this.policy.state === CircuitState.HalfOpen) throw new DatabaseUnavailableError(undefined, 'refused');
    try {
      return await this.policy.execute(work);
    } catch (error) {
      throw error instanceof BrokenCircuitError ? new DatabaseUnavailableError(error, 'refused') : error;
    }
  }

  /** To the policy, what is no failure of a trial is its success: one that the server did not have the time to answer is none. */
  private isFailure({ isServerFailure, reason }: DatabaseUnavailableError): boolean {
    return isServerFailure || (this.isOpen && reason !== 'lost');
  }
}
