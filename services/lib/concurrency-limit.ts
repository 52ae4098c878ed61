import type { Deadline } from './deadline';
import { DeadlineSweep, type Expiring } from './deadline-sweep';

/** Work that needs a place. Exactly one of its functions is called. */
export interface Entrant {
  /** Until when it may wait. */
  readonly deadline: Deadline;
  /** It has a place, and calls {@link ConcurrencyLimit.leave} when done. */
  readonly start: () => void;
  /** Too many wait already, or it has waited until its deadline. */
  readonly refuse: () => void;
}

interface Waiting extends Expiring {
  readonly entrant: Entrant;
}

/** So many at once, and so many more may wait: what comes beyond is refused at once, since it would wait in vain. */
export class ConcurrencyLimit {
  private running = 0;
  private readonly queue: Waiting[] = [];
  private readonly sweep = new DeadlineSweep();

  constructor(
    private readonly maximum: number,
    private readonly waitingMaximum: number,
  ) {}

  get waiting(): number {
    return this.queue.length;
  }

  /** @param place `first` goes ahead of all who wait, and is not refused for their number. @default 'last' */
  enter(entrant: Entrant, place: 'first' | 'last' = 'last'): void {
    if (this.running < this.maximum) {
      this.running += 1;
      entrant.start();
    } else if (place === 'last' && this.queue.length >= this.waitingMaximum) {
      entrant.refuse();
    } else {
      this.wait(entrant, place);
    }
  }

  leave(): void {
    this.running -= 1;
    const next = this.queue.shift();
    if (next === undefined) return;
    this.sweep.unwatch(next);
    this.running += 1;
    next.entrant.start();
  }

  /** Refuses all who wait. */
  refuseAll(): void {
    for (const waiting of this.queue.splice(0)) {
      this.sweep.unwatch(waiting);
      waiting.entrant.refuse();
    }
  }

  private wait(entrant: Entrant, place: 'first' | 'last'): void {
    const expire = (): void => {
      this.queue.splice(this.queue.indexOf(waiting), 1);
      entrant.refuse();
    };
    const waiting: Waiting = { entrant, deadline: entrant.deadline, expire };
    if (place === 'first') this.queue.unshift(waiting);
    else this.queue.push(waiting);
    this.sweep.watch(waiting);
  }
}
