import type { ShedReason } from './metrics';
import type { OverloadLimits } from './server-limits';

/** What an {@link Overload} takes from Node; tests give their own. */
export interface EventLoop {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Runs something once the events that are there already have been handled. */
  readonly afterTurn: (callback: () => void) => void;
}

const nodeEventLoop: EventLoop = { now: () => performance.now(), afterTurn: setImmediate };

/** A request. Either is called, once. */
export interface Arrival {
  readonly start: () => void;
  readonly refuse: (reason: ShedReason) => void;
}

/**
 * Decides when a process takes a request: now, in a later turn, or never; asked for each, so it only compares numbers.
 *
 * A turn of the event loop handles whatever had arrived when it began, one after the other; what is read late in it has waited
 * all that time already, and so has every probe and every new connection, of which Node accepts one a turn. So what a turn has
 * no time for is put off, in order, and turns stay short. When there has been something left over for a while, whatever is
 * left over is refused. So a busy process goes on doing as much as it can, what it accepts is answered soon, and one long pause refuses
 * nobody (the idea of CoDel, RFC 8289: a queue that stands is bad, one that drains is not).
 */
export class Overload {
  private turnBegan: number | undefined;
  private turnEnded = -Infinity;
  /** Whether more has come in this turn than it had time for. */
  private overran = false;
  private overranSince: number | undefined;
  private readonly putOff: Arrival[] = [];

  constructor(
    private readonly limits: OverloadLimits,
    private readonly loop: EventLoop = nodeEventLoop,
  ) {}

  /**
   * Starts a request, at once or in one of the next turns, or refuses it.
   *
   * @param requestsInFlight this one and those that were put off included
   */
  enter(requestsInFlight: number, arrival: Arrival): void {
    const { turnMillis, toleratedMillis, requestsInFlight: maximum } = this.limits;
    if (requestsInFlight > maximum) {
      arrival.refuse('in-flight');
      return;
    }
    const now = this.loop.now();
    // Between the two there was nothing to do: whatever was late before is over.
    if (this.turnBegan === undefined && now - this.turnEnded > toleratedMillis) this.overranSince = undefined;
    const began = this.turnBegan ?? this.beginTurn(now);
    if (now - began <= turnMillis) {
      arrival.start();
      return;
    }
    this.overran = true;
    if (this.refuses(now)) arrival.refuse('event-loop');
    else this.putOff.push(arrival);
  }

  private refuses(now: number): boolean {
    return this.overranSince !== undefined && now - this.overranSince > this.limits.toleratedMillis;
  }

  private beginTurn(now: number): number {
    this.turnBegan = now;
    this.loop.afterTurn(this.endTurn);
    return now;
  }

  private readonly endTurn = (): void => {
    const now = this.loop.now();
    // Its end, since however long one pause lasts, it is one.
    this.overranSince = this.overran ? (this.overranSince ?? now) : undefined;
    this.overran = false;
    this.turnBegan = undefined;
    this.turnEnded = now;
    if (this.putOff.length === 0) return;
    this.beginTurn(now);
    while (this.putOff.length > 0 && this.loop.now() - now <= this.limits.turnMillis) this.putOff.shift()?.start();
    if (this.putOff.length === 0) return;
    this.overran = true;
    if (this.refuses(now)) for (const { refuse } of this.putOff.splice(0)) refuse('event-loop');
  };
}
