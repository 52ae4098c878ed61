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

/** A turn that lasts longer than this share of the tolerance was held up, by the collector or by the machine; the rest of it is no sign of too many requests. */
const LONGEST_TURN_SHARE = 0.25;

/**
 * Decides when a process takes a request: now, in a later turn, or never; asked for each, so it only compares numbers.
 *
 * A turn of the event loop handles whatever had arrived when it began, one after the other; what is read late in it has waited
 * all that time already, and so has every probe and every new connection, of which Node accepts one a turn. So what a turn has
 * no time for is put off, in order, and turns stay short. Once a request has been put off for too long there is more to do than
 * can be done: from then on whatever a turn has no time for is refused, until turns have had time for all for as long. So a
 * busy process goes on doing as much as it can, what it accepts is answered soon, and one pause refuses nobody (the ideas of
 * CoDel, RFC 8289: a queue that stands is bad, one that drains is not, and who has just dropped goes on dropping at once).
 */
export class Overload {
  private turnBegan: number | undefined;
  /** Whether a request came in this turn that it had no time for. */
  private overran = false;
  /** When that last happened while the process was overloaded, which begins with a request that was put off for too long. */
  private overloadedAt = -Infinity;
  /** By which that is judged, milliseconds: it passes while there is something to do, and for one pause only a little. */
  private clock = 0;
  private readonly putOff: { readonly arrival: Arrival; readonly since: number }[] = [];

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
    const { turnMillis, requestsInFlight: maximum } = this.limits;
    if (requestsInFlight > maximum) {
      arrival.refuse('in-flight');
      return;
    }
    const now = this.loop.now();
    const began = this.turnBegan ?? this.beginTurn(now);
    if (now - began <= turnMillis) {
      arrival.start();
      return;
    }
    this.overran = true;
    if (this.isOverloaded(now)) arrival.refuse('event-loop');
    else this.putOff.push({ arrival, since: this.clock });
  }

  private isOverloaded(now: number): boolean {
    return now - this.overloadedAt <= this.limits.toleratedMillis;
  }

  private beginTurn(now: number): number {
    this.turnBegan = now;
    this.loop.afterTurn(this.endTurn);
    return now;
  }

  private readonly endTurn = (): void => {
    const { turnMillis, toleratedMillis } = this.limits;
    const now = this.loop.now();
    this.clock += Math.min(now - (this.turnBegan ?? now), toleratedMillis * LONGEST_TURN_SHARE);
    if (this.overran && this.isOverloaded(now)) this.overloadedAt = now;
    this.overran = false;
    this.turnBegan = undefined;
    if (this.putOff.length === 0) return;
    this.beginTurn(now);
    while (this.putOff.length > 0 && this.loop.now() - now <= turnMillis) this.putOff.shift()?.arrival.start();
    const [next] = this.putOff;
    if (next === undefined || this.clock - next.since < toleratedMillis) return;
    this.overloadedAt = now;
    for (const { arrival } of this.putOff.splice(0)) arrival.refuse('event-loop');
  };
}
