/** What each request adds. */
export const RETRY_RATIO = 0.2;
/** What there is at most: enough for all that were waiting for one replica when it was given up. */
export const RETRY_RESERVE = 200;

/**
 * Bounds how many attempts there are for each request, so that retries do not multiply the load of servers that are in
 * trouble: a burst up to the reserve, and in the long run one more attempt for every fifth request.
 */
export class RetryBudget {
  private tokens = RETRY_RESERVE;

  /** A request has come. */
  deposit(): void {
    this.tokens = Math.min(RETRY_RESERVE, this.tokens + RETRY_RATIO);
  }

  /** @returns whether one more attempt may be made */
  withdraw(): boolean {
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
