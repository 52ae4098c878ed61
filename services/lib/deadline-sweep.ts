import type { Deadline } from './deadline';

/** How late a passed deadline may be noticed, milliseconds. */
export const SWEEP_MILLIS = 10;

/** Something that ends at a deadline unless it has ended before. */
export interface Expiring {
  readonly deadline: Deadline;
  /** Called once, after its deadline. */
  readonly expire: () => void;
}

/** Watches many deadlines with one timer, which runs only while there are any. */
export class DeadlineSweep {
  private readonly watched = new Set<Expiring>();
  private timer: NodeJS.Timeout | undefined;

  watch(item: Expiring): void {
    this.watched.add(item);
    this.timer ??= setInterval(() => this.sweep(), SWEEP_MILLIS);
  }

  unwatch(item: Expiring): void {
    this.watched.delete(item);
  }

  private sweep(): void {
    for (const item of this.watched) {
      if (!item.deadline.passed) continue;
      this.watched.delete(item);
      item.expire();
    }
    if (this.watched.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
