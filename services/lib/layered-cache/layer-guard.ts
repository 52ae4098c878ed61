import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll, type CircuitBreakerPolicy } from 'cockatiel';
import type { Logger } from 'pino';

/** A layer did not answer within its time. */
export class LayerTimeoutError extends Error {
  override readonly name = 'LayerTimeoutError';
}

export interface LayerGuardOptions {
  readonly layer: 'redis' | 'cdn';
  /** One call may take so long. */
  readonly timeoutMillis: number;
  /** The open breaker lets a call through after this. */
  readonly retryMillis: number;
  readonly logger: Logger;
}

/** Failures in a row that open the breaker. */
export const FAILURES_TO_OPEN = 5;

/** Calls at once; a hung layer holds no more than these, with what they carry. */
export const CALLS_AT_ONCE = 256;

/** Calls a layer with a time limit behind a breaker, and fails open: what goes wrong is counted, and the caller does without. */
export class LayerGuard {
  errors = 0;
  private calls = 0;
  private insists = false;
  private readonly breaker: CircuitBreakerPolicy;

  constructor(private readonly options: LayerGuardOptions) {
    const { layer, retryMillis, logger } = options;
    this.breaker = circuitBreaker(handleAll, { halfOpenAfter: retryMillis, breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN) });
    this.breaker.onBreak((reason) => logger.warn({ layer, err: 'error' in reason ? reason.error : undefined }, 'cache layer lost; requests do without'));
    this.breaker.onReset(() => logger.info({ layer }, 'cache layer back'));
  }

  get state(): CircuitState {
    return this.breaker.state;
  }

  /** From now on calls are made whatever the breaker says: for what has no later. */
  insist(): void {
    this.insists = true;
  }

  /** @returns undefined when the call failed, or was not made because the breaker is open */
  async run<Result extends NonNullable<unknown>>(call: () => Promise<Result>): Promise<Result | undefined> {
    // cockatiel lets others wait for the one call of a half-open breaker; for a cache that wait is the whole cost.
    if ((this.breaker.state === CircuitState.HalfOpen && !this.insists) || this.calls >= CALLS_AT_ONCE) return undefined;
    this.calls += 1;
    try {
      return await (this.insists ? this.inTime(call()) : this.breaker.execute(() => this.inTime(call())));
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) this.errors += 1;
      return undefined;
    } finally {
      this.calls -= 1;
    }
  }

  private inTime<Result>(call: Promise<Result>): Promise<Result> {
    const { layer, timeoutMillis } = this.options;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new LayerTimeoutError(`${layer} did not answer within ${timeoutMillis} ms`)), timeoutMillis);
      call.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}
