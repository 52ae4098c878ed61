import { UnreachedPosition } from '../consistency-token';
import { DeadlinePassedError, type Deadline } from '../deadline';
import { UNREACHED_POSITION, type WalPosition } from '../wal-position';
import type { Entry, Loaded } from './entry';
import type { Address } from './markers';

export interface LookUp<Value> extends Address {
  /** What the answer must have seen: a client's own write. */
  readonly atLeast?: WalPosition | undefined;
  /** When it has passed, nothing more is waited for or loaded. @default never */
  readonly deadline?: Deadline;
  /** The life of a value. @default that of the cache */
  readonly lifeMillis?: number;
  /**
   * Reads the source, from a server that has seen what it is given. {@link UNREACHED_POSITION} asks for every write before the
   * call, and for a position that all of these precede.
   *
   * @throws (rejects with) UnreachedPosition when not even that one has
   */
  readonly load: (atLeast: WalPosition | undefined) => Promise<Loaded<Value>>;
}

/** What a load brings to all who wait for it. */
export interface Arrival<Brought> {
  readonly entry: Brought;
  /** Why it is no answer to its own caller, if that one needs a later position. @default none */
  readonly failure?: unknown;
}

/** A load that is under way. */
export interface Flight<Value> {
  /** Counts the loads of a cache, so that of two it is known which began first. */
  readonly number: number;
  readonly began: number;
  /** What its own caller asked for; 0 for whatever there is. */
  readonly atLeast: WalPosition;
  readonly arrival: Promise<Arrival<Entry<Value>>>;
}

/**
 * What a load is to somebody who waited for it.
 *
 * @param need what must be seen
 * @param asked the number of the latest load when it was asked for
 * @returns undefined when another load may give more
 * @throws why no load does
 */
export function answerOf<Value>({ entry, failure }: Arrival<Entry<Value>>, { number, atLeast }: Flight<Value>, need: WalPosition, asked: number): Entry<Value> | undefined {
  if (entry.seen >= need) return entry;
  // One that began after the question, and asked for as much, is as good as one's own.
  if (number <= asked || atLeast < need) return undefined;
  if (failure !== undefined) throw failure instanceof UnreachedPosition ? new UnreachedPosition(need) : failure;
  return need === UNREACHED_POSITION ? entry : undefined;
}

/**
 * Reads the source. When not even its primary has come so far, what that has is all there is: the position was made up by
 * the caller, for which others do not pay, or is of a write that was lost with an earlier primary.
 */
export async function loadReaching<Value>({ load, atLeast = 0 }: LookUp<Value>, required: WalPosition): Promise<Arrival<Loaded<Value>>> {
  try {
    return { entry: await load(required === 0 ? undefined : required) };
  } catch (error) {
    if (!(error instanceof UnreachedPosition)) throw error;
    return { entry: await load(UNREACHED_POSITION), failure: new UnreachedPosition(atLeast) };
  }
}

/** A load that was given up since its own caller no longer waits is no answer to those who do. */
export function unlessPassed(error: unknown): undefined {
  if (!(error instanceof DeadlinePassedError)) throw error;
}
