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

/**
 * Whether a process can take one more request; asked for each, so it only compares numbers.
 *
 * A turn of the event loop handles whatever had arrived when it began, one after the other: a request that is read late
 * in a long turn has waited all that time already. When turns have been long for a while, requests beyond a turn's time
 * are refused. So a busy process goes on doing as much as it can, what it accepts is answered soon, and one long pause
 * refuses nobody (the idea of CoDel, RFC 8289: a queue that stands is bad, one that drains is not).
 */
export class Overload {
  private turnBegan: number | undefined;
  private lateSince: number | undefined;
  private turnEnded = -Infinity;

  constructor(
    private readonly limits: OverloadLimits,
    private readonly loop: EventLoop = nodeEventLoop,
  ) {}

  /** @returns why a request must be refused, or undefined */
  reasonToRefuse(requestsInFlight: number): ShedReason | undefined {
    if (requestsInFlight > this.limits.requestsInFlight) return 'in-flight';
    const now = this.loop.now();
    if (this.turnBegan === undefined) {
      // Between the two there was nothing to do: whatever was late before is over.
      if (now - this.turnEnded > this.limits.toleratedMillis) this.lateSince = undefined;
      this.turnBegan = now;
      this.loop.afterTurn(this.endTurn);
      return undefined;
    }
    const { turnMillis, toleratedMillis } = this.limits;
    if (now - this.turnBegan <= turnMillis || this.lateSince === undefined) return undefined;
    return now - this.lateSince > toleratedMillis ? 'event-loop' : undefined;
  }

  private readonly endTurn = (): void => {
    if (this.turnBegan === undefined) return;
    const now = this.loop.now();
    if (now - this.turnBegan <= this.limits.turnMillis) this.lateSince = undefined;
    // Its end, since however long one pause lasts, it is one.
    else this.lateSince ??= now;
    this.turnBegan = undefined;
    this.turnEnded = now;
  };
}
