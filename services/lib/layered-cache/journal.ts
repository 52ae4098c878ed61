import type { WalPosition } from '../wal-position';
import type { Invalidation } from './markers';
import { EVERYTHING } from './redis-layer';

interface Line {
  readonly position: WalPosition;
  readonly at: number;
  confirmed: boolean;
}

/** With more keys and tags than this, everything is made old instead. */
export const JOURNAL_LIMIT = 10_000;

/**
 * This process's invalidations that Redis may not have: those it did not confirm, and the latest that it did, since a
 * replica that takes over may lack them.
 */
export class Journal {
  private readonly keys = new Map<string, Line>();
  private readonly tags = new Map<string, Line>();

  /**
   * @param settleMillis how long Redis has to confirm one
   * @param keepMillis how long confirmed ones are kept
   */
  constructor(
    private readonly times: { readonly settleMillis: number; readonly keepMillis: number },
    private readonly now: () => number,
  ) {}

  add({ keys, tags, position }: Invalidation): void {
    this.prune();
    const line = (): Line => ({ position, at: this.now(), confirmed: false });
    for (const key of keys) replace(this.keys, key, line());
    for (const tag of tags) replace(this.tags, tag, line());
    if (this.keys.size + this.tags.size <= JOURNAL_LIMIT) return;
    const latest = Math.max(...[...this.keys.values(), ...this.tags.values()].map((each) => each.position));
    this.keys.clear();
    this.tags.clear();
    this.tags.set(EVERYTHING, { position: latest, at: this.now(), confirmed: false });
  }

  confirm({ keys, tags, position }: Invalidation): void {
    for (const line of [...keys.map((key) => this.keys.get(key)), ...tags.map((tag) => this.tags.get(tag))]) {
      if (line !== undefined && line.position <= position) line.confirmed = true;
    }
  }

  /** Redis may have lost what it confirmed. */
  doubt(): void {
    this.prune();
    for (const line of [...this.keys.values(), ...this.tags.values()]) line.confirmed = false;
  }

  /** What Redis did not confirm in its time, as one invalidation at the latest of the positions; undefined for nothing. */
  get unconfirmed(): Invalidation | undefined {
    const latest = this.now() - this.times.settleMillis;
    const overdue = ([, { confirmed, at }]: readonly [string, Line]): boolean => !confirmed && at <= latest;
    const keys = [...this.keys].filter(overdue);
    const tags = [...this.tags].filter(overdue);
    if (keys.length + tags.length === 0) return undefined;
    const position = Math.max(...[...keys, ...tags].map(([, line]) => line.position));
    return { keys: keys.map(([key]) => key), tags: tags.map(([tag]) => tag), position };
  }

  /** Lines are in the order of their time. */
  private prune(): void {
    const oldest = this.now() - this.times.keepMillis;
    for (const lines of [this.keys, this.tags]) {
      for (const [name, { at, confirmed }] of lines) {
        if (at > oldest) break;
        if (confirmed) lines.delete(name);
      }
    }
  }
}

function replace(lines: Map<string, Line>, name: string, line: Line): void {
  lines.delete(name);
  lines.set(name, line);
}
