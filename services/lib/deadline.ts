/** A deadline has passed, and with it the use of an answer. */
export class DeadlinePassedError extends Error {
  override readonly name = 'DeadlinePassedError';
}

/** The time after which nobody waits for an answer any more. On the monotonic clock, so that no clock change moves it. */
export class Deadline {
  private constructor(
    private readonly atMillis: number,
    private readonly now: () => number,
  ) {}

  /** @param now monotonic milliseconds. @default performance.now */
  static after(millis: number, now: () => number = monotonicMillis): Deadline {
    return new Deadline(now() + millis, now);
  }

  /** Milliseconds that are left, never below 0. */
  get remainingMillis(): number {
    return Math.max(0, this.atMillis - this.now());
  }

  get passed(): boolean {
    return this.remainingMillis === 0;
  }

  /** @throws DeadlinePassedError once it has passed */
  check(): void {
    if (this.passed) throw new DeadlinePassedError('the deadline has passed');
  }

  /** An earlier one, for a part of the work: it has a share of what is left now, 0 to 1, and at most so many milliseconds. */
  part(share: number, maximumMillis = Infinity): Deadline {
    const now = this.now();
    return new Deadline(now + Math.min(Math.max(0, this.atMillis - now) * share, maximumMillis), this.now);
  }
}

function monotonicMillis(): number {
  return performance.now();
}
