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

  /** The earlier of this deadline and one that many milliseconds from now. */
  atMost(millis: number): Deadline {
    return millis < this.remainingMillis ? Deadline.after(millis, this.now) : this;
  }
}

function monotonicMillis(): number {
  return performance.now();
}
