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
export class DeadlineSweep<Item extends Expiring> {
  private readonly items = new Set<Item>();
  private timer: NodeJS.Timeout | undefined;

  get watched(): ReadonlySet<Item> {
    return this.items;
  }

  watch(item: Item): void {
    this.items.add(item);
    // After what has arrived: to a process that was held up, answers that wait in its sockets would look late.
    this.timer ??= setInterval(() => setImmediate(() => this.sweep()), SWEEP_MILLIS);
  }

  unwatch(item: Item): void {
    this.items.delete(item);
  }

  private sweep(): void {
    for (const item of this.items) {
      if (!item.deadline.passed) continue;
      this.items.delete(item);
      item.expire();
    }
    if (this.items.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
