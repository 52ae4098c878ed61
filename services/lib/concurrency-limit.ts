import type { Deadline } from './deadline';
import { DeadlineSweep, type Expiring } from './deadline-sweep';

/** Of what is left until its deadline, work waits this much. A queue that waited for all of it would start only what is too late. */
export const WAIT_SHARE = 0.5;

/** Work that needs a place. Either `start` or `refuse` is called, once. */
export interface Entrant<Resource> {
  /** Until when it has use for a place. It waits for half of that at most: the rest is for what it has come for. */
  readonly deadline: Deadline;
  /**
   * It has a place, and calls {@link ConcurrencyLimit.leave} when done.
   *
   * @param left by who had the place before
   */
  readonly start: (left: Resource | undefined) => void;
  /**
   * It has no place.
   *
   * @param failure why nobody gets one any more; undefined when too many wait already, or it has waited for too long
   */
  readonly refuse: (failure?: Error) => void;
}

interface Waiting<Resource> extends Expiring {
  readonly entrant: Entrant<Resource>;
}

/**
 * So many at once, and so many more may wait: what comes beyond is refused at once, since it would wait in vain. What
 * holds a place may leave something to the next one.
 */
export class ConcurrencyLimit<Resource = never> {
  private running = 0;
  private readonly queue: Waiting<Resource>[] = [];
  private readonly sweep = new DeadlineSweep<Waiting<Resource>>();

  /** @param waitMillis nobody waits longer, however far the deadline. @default Infinity */
  constructor(
    private readonly maximum: number,
    private readonly waitingMaximum: number,
    private readonly waitMillis = Infinity,
  ) {}

  get waiting(): number {
    return this.queue.length;
  }

  /** @param place `first` goes ahead of all who wait, and is not refused for their number. @default 'last' */
  enter(entrant: Entrant<Resource>, place: 'first' | 'last' = 'last'): void {
    if (this.running < this.maximum) {
      this.running += 1;
      entrant.start(undefined);
    } else if (place === 'last' && this.queue.length >= this.waitingMaximum) {
      entrant.refuse();
    } else {
      this.wait(entrant, place);
    }
  }

  /** @returns whether somebody waited, and has started with what was left */
  leave(left?: Resource): boolean {
    const next = this.queue.shift();
    if (next === undefined) {
      this.running -= 1;
      return false;
    }
    this.sweep.unwatch(next);
    next.entrant.start(left);
    return true;
  }

  /** Refuses all who wait. */
  refuseAll(failure: Error): void {
    for (const waiting of this.queue.splice(0)) {
      this.sweep.unwatch(waiting);
      waiting.entrant.refuse(failure);
    }
  }

  private wait(entrant: Entrant<Resource>, place: 'first' | 'last'): void {
    const expire = (): void => {
      this.queue.splice(this.queue.indexOf(waiting), 1);
      entrant.refuse();
    };
    const waiting: Waiting<Resource> = { entrant, deadline: entrant.deadline.part(WAIT_SHARE, this.waitMillis), expire };
    if (place === 'first') this.queue.unshift(waiting);
    else this.queue.push(waiting);
    this.sweep.watch(waiting);
  }
}
