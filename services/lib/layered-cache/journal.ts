import { UNREACHED_POSITION, type WalPosition } from '../wal-position';
import type { Invalidation } from './markers';
import { EVERYTHING } from './redis-layer';

interface Line {
  readonly kind: 'key' | 'tag';
  readonly name: string;
  readonly position: WalPosition;
  readonly at: number;
}

/** With more keys and tags than this that Redis did not confirm, everything is made old instead. */
export const JOURNAL_LIMIT = 10_000;
/** Of those that it did, the latest are kept: less than the limit, so that doubt about all of them is not yet too much. */
export const CONFIRMED_LIMIT = 5_000;

/**
 * This process's invalidations that Redis may not have: those it did not confirm, and the latest that it did, since a
 * replica that takes over may lack them.
 */
export class Journal {
  private readonly waiting = new Map<string, Line>();
  private readonly confirmed = new Map<string, Line>();

  /**
   * @param settleMillis how long Redis has to confirm one
   * @param keepMillis how long confirmed ones are kept, unless there are more than {@link CONFIRMED_LIMIT}
   */
  constructor(
    private readonly times: { readonly settleMillis: number; readonly keepMillis: number },
    private readonly now: () => number,
  ) {}

  add({ keys, tags, position }: Invalidation): void {
    const at = this.now();
    for (const name of keys) put(this.waiting, { kind: 'key', name, position, at });
    for (const name of tags) put(this.waiting, { kind: 'tag', name, position, at });
    if (this.waiting.size <= JOURNAL_LIMIT) return;
    const latest = latestOf([...this.waiting.values()]);
    this.waiting.clear();
    put(this.waiting, { kind: 'tag', name: EVERYTHING, position: latest, at });
  }

  confirm({ keys, tags, position }: Invalidation): void {
    for (const place of [...keys.map((name) => placeOf('key', name)), ...tags.map((name) => placeOf('tag', name))]) {
      const line = this.waiting.get(place);
      if (line === undefined || line.position > position) continue;
      this.waiting.delete(place);
      put(this.confirmed, line);
    }
    this.prune();
  }

  /** Redis may have lost what it confirmed. */
  doubt(): void {
    this.prune();
    for (const line of this.confirmed.values()) put(this.waiting, line);
    this.confirmed.clear();
  }

  /**
   * What Redis did not confirm in its time, as one invalidation at the latest of the positions. What has none that is known
   * is another: it would make the rest old, too, until the primary has been asked.
   */
  get unconfirmed(): readonly Invalidation[] {
    const latest = this.now() - this.times.settleMillis;
    return together([...this.waiting.values()].filter(({ at }) => at <= latest));
  }

  /** As {@link unconfirmed}, with what still has time. */
  get unfinished(): readonly Invalidation[] {
    return together([...this.waiting.values()]);
  }

  private prune(): void {
    const oldest = this.now() - this.times.keepMillis;
    for (const [place, { at }] of this.confirmed) {
      if (at > oldest && this.confirmed.size <= CONFIRMED_LIMIT) break;
      this.confirmed.delete(place);
    }
  }
}

function placeOf(kind: Line['kind'], name: string): string {
  return `${kind} ${name}`;
}

/** Puts a line last. Writes overtake each other; the later position stands. */
function put(lines: Map<string, Line>, line: Line): void {
  const place = placeOf(line.kind, line.name);
  const before = lines.get(place);
  lines.delete(place);
  lines.set(place, before !== undefined && before.position > line.position ? { ...line, position: before.position } : line);
}

function together(lines: readonly Line[]): readonly Invalidation[] {
  const known = lines.filter(({ position }) => position !== UNREACHED_POSITION);
  const unknown = lines.filter(({ position }) => position === UNREACHED_POSITION);
  return [known, unknown].filter(({ length }) => length > 0).map((some) => ({
    keys: some.filter(({ kind }) => kind === 'key').map(({ name }) => name),
    tags: some.filter(({ kind }) => kind === 'tag').map(({ name }) => name),
    position: latestOf(some),
  }));
}

function latestOf(lines: readonly Line[]): WalPosition {
  return lines.reduce((latest, { position }) => Math.max(latest, position), 0);
}
