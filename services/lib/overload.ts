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
/** Of the tolerance, what a request may wait in an overload: 5 ms of the standard, as in CoDel. */
const TARGET_SHARE = 0.02;

/**
 * Decides when a process takes a request: now, in a later turn, or never; asked for each, so it only compares numbers.
 *
 * A turn of the event loop handles whatever had arrived when it began, one after the other; what is read late in it has waited
 * all that time already, and so has every probe and every new connection, of which Node accepts one a turn. So what a turn has
 * no time for is put off, in order, and turns stay short. Once a request has been put off for too long there is more to do than
 * can be done: from then on none waits for longer than a moment, and of those that wait the last to come is the first to start
 * (most are going to be refused, and it has waited least), until nobody has been refused for a while. So a busy process goes on
 * doing as much as it can, what it accepts is answered soon, and one pause refuses nobody (the ideas of CoDel, RFC 8289, a queue
 * that stands is bad and one that drains is not, and of adaptive LIFO, from Facebook's "Fail at Scale").
 */
export class Overload {
  private turnBegan: number | undefined;
  /** When a request was last refused for a wait. */
  private refusedAt = -Infinity;
  /** By which waits are judged, milliseconds: it passes while there is something to do, and for one pause only a little. */
  private clock = 0;
  private readonly putOff: { readonly arrival: Arrival; readonly since: number }[] = [];
  private isHeld = false;

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
    if (requestsInFlight > this.limits.requestsInFlight) {
      arrival.refuse('in-flight');
      return;
    }
    if (this.isHeld) {
      this.putOff.push({ arrival, since: Infinity });
      return;
    }
    const now = this.loop.now();
    const began = this.turnBegan ?? this.beginTurn(now);
    if (now - began <= this.limits.turnMillis) arrival.start();
    else this.putOff.push({ arrival, since: this.clock });
  }

  /** From now on requests wait, until {@link resume}: the process has time to accept connections, of which Node takes one a turn. */
  hold(): void {
    this.isHeld = true;
  }

  /** Starts what was held, in order, in the next turns; none of it is refused. */
  resume(): void {
    this.isHeld = false;
    // In an overload what came last would go first, and while it goes on what was held would never have its turn.
    this.refusedAt = -Infinity;
    if (this.turnBegan === undefined) this.beginTurn(this.loop.now());
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
    this.turnBegan = undefined;
    if (this.putOff.length === 0 || this.isHeld) return;
    this.beginTurn(now);
    const isOverloaded = now - this.refusedAt <= toleratedMillis;
    const take = (): { readonly arrival: Arrival } | undefined => (isOverloaded ? this.putOff.pop() : this.putOff.shift());
    for (let next = take(); next !== undefined; next = take()) {
      next.arrival.start();
      if (this.loop.now() - now > turnMillis) break;
    }
    if (this.waited < (isOverloaded ? toleratedMillis * TARGET_SHARE : toleratedMillis)) return;
    this.refusedAt = now;
    while (this.waited >= toleratedMillis * TARGET_SHARE) this.putOff.shift()?.arrival.refuse('event-loop');
  };

  /** Of the request that has been put off for longest; -Infinity without one, and for one that was held. */
  private get waited(): number {
    return this.clock - (this.putOff[0]?.since ?? Infinity);
  }
}
