/** A replica is out after so many failures in a row. */
export const FAILURE_LIMIT = 3;
/** Ejections that soon follow others are each twice as long as the one before, up to 2 to this power times the first. */
export const MAXIMUM_DOUBLINGS = 3;
/** In so many times its first ejection, a replica that stays in makes up for one of its ejections. */
export const FORGIVENESS = 12;

export interface ReplicaHealthOptions {
  /** Time between an ejection and the first probe, and between probes, milliseconds. Grows with ejections that soon follow one another. */
  readonly probeMillis: number;
  /** Monotonic milliseconds. @default performance.now */
  readonly now?: () => number;
}

type State =
  | { readonly kind: 'in'; failures: number; readonly sinceMillis: number }
  | { readonly kind: 'out'; triedMillis: number; readonly forMillis: number };

/** Whether a replica is trusted to answer. It begins outside, with a probe due, and only a probe brings it in. */
export class ReplicaHealth {
  private readonly probeMillis: number;
  private readonly now: () => number;
  private state: State;
  private doublings = 0;

  constructor({ probeMillis, now = () => performance.now() }: ReplicaHealthOptions) {
    this.probeMillis = probeMillis;
    this.now = now;
    this.state = { kind: 'out', triedMillis: -Infinity, forMillis: probeMillis };
  }

  get isIn(): boolean {
    return this.state.kind === 'in';
  }

  /** Time between probes, seconds; 0 while it is in. */
  get ejectionSeconds(): number {
    return this.state.kind === 'in' ? 0 : this.state.forMillis / 1_000;
  }

  succeeded(): void {
    if (this.state.kind === 'in') this.state.failures = 0;
  }

  /** @returns whether this failure has put it out */
  failed(): boolean {
    const { state } = this;
    if (state.kind === 'out') return false;
    state.failures += 1;
    if (state.failures < FAILURE_LIMIT) return false;
    const forgiven = Math.floor((this.now() - state.sinceMillis) / (FORGIVENESS * this.probeMillis));
    const doublings = Math.max(0, this.doublings - forgiven);
    this.doublings = Math.min(MAXIMUM_DOUBLINGS, doublings + 1);
    this.state = { kind: 'out', triedMillis: this.now(), forMillis: this.probeMillis * 2 ** doublings };
    return true;
  }

  /**
   * Whether one is due; it counts as begun when it is.
   *
   * @param urgent nobody else answers, so that waiting would help nobody
   */
  beginProbe(urgent: boolean): boolean {
    const { state } = this;
    if (state.kind === 'in' || (!urgent && this.now() - state.triedMillis < state.forMillis)) return false;
    state.triedMillis = this.now();
    return true;
  }

  /** A probe has succeeded. */
  readmit(): void {
    if (this.state.kind === 'out') this.state = { kind: 'in', failures: 0, sinceMillis: this.now() };
  }
}
