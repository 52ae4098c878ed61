import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Deadline } from '../lib/deadline';
import { UNREACHED_POSITION, type WalPosition } from '../lib/wal-position';

/** Writes of which it is not known whether they were done. */
export interface InDoubt {
  readonly ids: ReadonlySet<string>;
  /** Whether there were more than {@link DOUBT_LIMIT}. */
  readonly more: boolean;
}

export interface DoubtsOptions {
  /** A position that every write before the call precedes. @throws (rejects) when there is no primary that says it */
  readonly position: (deadline: Deadline) => Promise<WalPosition>;
  /** Makes old what was read before a position. */
  readonly forget: (inDoubt: InDoubt, position: WalPosition) => Promise<void>;
  readonly logger: Logger;
  /** Ends early when told to. @default timers that keep no process */
  readonly wait?: (millis: number, signal: AbortSignal) => Promise<void>;
}

/** With more ids than this, all are in doubt. */
export const DOUBT_LIMIT = 500;
/** The server has ended by then what it was still doing when it was given up: its own time limit is 5 s. */
export const SETTLE_MILLIS = 10_000;
export const FIRST_RETRY_MILLIS = 100;
export const LAST_RETRY_MILLIS = 2_000;
const ASK_MILLIS = 2_000;
const LAST_ASK_MILLIS = 1_000;

interface Group {
  readonly ids: Set<string>;
  more: boolean;
}

/**
 * Remembers the writes in doubt until the primary, which may be away, has told a position behind them: then caches are told.
 * Twice, since the write may be under way when it first answers.
 */
export class Doubts {
  private readonly groups = new Set<Group>();
  /** Whose position has not been told yet. */
  private open: Group | undefined;
  private readonly closing = new AbortController();
  private readonly wait: (millis: number, signal: AbortSignal) => Promise<void>;

  constructor(private readonly options: DoubtsOptions) {
    this.wait = options.wait ?? ((millis, signal) => sleep(millis, undefined, { signal, ref: false }));
  }

  add(id: string): void {
    const group = (this.open ??= this.begin());
    if (this.size < DOUBT_LIMIT) group.ids.add(id);
    else group.more ||= !group.ids.has(id);
  }

  has(id: string): boolean {
    for (const { ids, more } of this.groups) if (more || ids.has(id)) return true;
    return false;
  }

  /** How many ids are remembered. */
  get size(): number {
    return [...this.groups].reduce((sum, { ids }) => sum + ids.size, 0);
  }

  /** Asks once more. Without an answer, caches are told to ask the primary themselves. */
  async close(): Promise<void> {
    this.closing.abort();
    if (this.groups.size === 0) return;
    const position = await this.ask(LAST_ASK_MILLIS);
    if (position === undefined) this.options.logger.warn({ writes: this.size }, 'writes are in doubt; what they may have changed is read from the primary alone until it says where it is');
    await Promise.all([...this.groups].map((group) => this.options.forget(group, position ?? UNREACHED_POSITION)));
    this.groups.clear();
  }

  private begin(): Group {
    const group: Group = { ids: new Set(), more: false };
    this.groups.add(group);
    // A wait that is ended early rejects: what is left is for `close`.
    void this.settle(group).catch(() => undefined);
    return group;
  }

  private async settle(group: Group): Promise<void> {
    const first = await this.untilTold();
    if (this.open === group) this.open = undefined;
    await this.options.forget(group, first);
    await this.wait(SETTLE_MILLIS, this.closing.signal);
    await this.options.forget(group, await this.untilTold());
    this.groups.delete(group);
  }

  private async untilTold(): Promise<WalPosition> {
    for (let attempt = 0; ; attempt += 1) {
      const position = await this.ask(ASK_MILLIS);
      this.closing.signal.throwIfAborted();
      if (position !== undefined) return position;
      await this.wait(Math.min(LAST_RETRY_MILLIS, FIRST_RETRY_MILLIS * 2 ** Math.min(attempt, 10)), this.closing.signal);
    }
  }

  private ask(millis: number): Promise<WalPosition | undefined> {
    return this.options.position(Deadline.after(millis)).catch(() => undefined);
  }
}
