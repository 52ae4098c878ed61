import { UNREACHED_POSITION, type WalPosition } from '../wal-position';
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
  private latest: WalPosition = 0;

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
    if (position !== UNREACHED_POSITION) this.latest = Math.max(this.latest, position);
    const line = (): Line => ({ position, at: this.now(), confirmed: false });
    for (const key of keys) replace(this.keys, key, line());
    for (const tag of tags) replace(this.tags, tag, line());
    if (this.keys.size + this.tags.size <= JOURNAL_LIMIT) return;
    this.keys.clear();
    this.tags.clear();
    this.tags.set(EVERYTHING, { position: this.latest, at: this.now(), confirmed: false });
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

  /**
   * What Redis did not confirm in its time, as one invalidation at the latest of the positions. What has none that is known
   * is another: it would make the rest old for as long as a marker lives.
   */
  get unconfirmed(): readonly Invalidation[] {
    const latest = this.now() - this.times.settleMillis;
    const overdue = (lines: Map<string, Line>) => [...lines].filter(([, { confirmed, at }]) => !confirmed && at <= latest);
    const keys = overdue(this.keys);
    const tags = overdue(this.tags);
    return [together(keys, tags, isKnown), together(keys, tags, (line) => !isKnown(line))].filter((invalidation) => invalidation !== undefined);
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

type NamedLine = readonly [name: string, line: Line];

function isKnown([, { position }]: NamedLine): boolean {
  return position !== UNREACHED_POSITION;
}

function together(keys: readonly NamedLine[], tags: readonly NamedLine[], belongs: (line: NamedLine) => boolean): Invalidation | undefined {
  const ofKeys = keys.filter(belongs);
  const ofTags = tags.filter(belongs);
  if (ofKeys.length + ofTags.length === 0) return undefined;
  const position = [...ofKeys, ...ofTags].reduce((latest, [, line]) => Math.max(latest, line.position), 0);
  return { keys: ofKeys.map(([key]) => key), tags: ofTags.map(([tag]) => tag), position };
}
