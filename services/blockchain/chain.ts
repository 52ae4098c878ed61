import { createHash } from 'node:crypto';
import type { Transaction } from './transaction';

/** What the first entry of an account has as its previous hash. */
export const GENESIS_HASH = '0'.repeat(64);

/**
 * The hash of an entry: SHA-256, as hex, over the UTF-8 bytes of these lines, joined by a line feed, none at the end:
 * `rechain-entry-1`, previousHash, sequence, id, from, to, amount, createdAt; each as the API writes it. Postgres
 * computes the same when it stores an entry (`entry_hash`).
 */
export function entryHash(entry: Omit<Transaction, 'hash'>): string {
  const { previousHash, sequence, id, from, to, amount, createdAt } = entry;
  return createHash('sha256').update(['rechain-entry-1', previousHash, sequence, id, from, to, amount, createdAt.toISOString()].join('\n'), 'utf8').digest('hex');
}

/** Where a chain ends. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

export const EMPTY_CHAIN: ChainHead = { sequence: 0, hash: GENESIS_HASH };

export type BrokenReason = 'missing' | 'wrong previous hash' | 'wrong hash' | 'not in the chain';

/** The first entry that does not fit. */
export interface BrokenEntry {
  readonly sequence: number;
  /** Undefined for an entry that is missing. */
  readonly id: string | undefined;
  readonly reason: BrokenReason;
}

/** What was found of entries that follow one another. */
export type Followed = { readonly kind: 'valid'; readonly head: ChainHead } | { readonly kind: 'broken'; readonly broken: BrokenEntry };

/** What was found of a chain: whole, broken, or fitting so far, with more to follow. */
export type Verification = Followed | { readonly kind: 'so far'; readonly head: ChainHead };

/**
 * Follows a chain.
 *
 * @param head where the entries before these end
 * @param entries those that follow it, by sequence
 */
export function follow(head: ChainHead, entries: readonly Transaction[]): Followed {
  let { sequence, hash } = head;
  for (const entry of entries) {
    sequence += 1;
    const broken = (reason: BrokenReason): Followed => ({ kind: 'broken', broken: { sequence, id: entry.id, reason } });
    if (entry.sequence > sequence) return { kind: 'broken', broken: { sequence, id: undefined, reason: 'missing' } };
    if (entry.previousHash !== hash) return broken('wrong previous hash');
    if (entryHash(entry) !== entry.hash) return broken('wrong hash');
    hash = entry.hash;
  }
  return { kind: 'valid', head: { sequence, hash } };
}

/** Whether a chain that was followed to `reached` ends where the account's own head says. */
export function endsAt(reached: ChainHead, recorded: ChainHead): Followed {
  if (reached.sequence < recorded.sequence) return { kind: 'broken', broken: { sequence: reached.sequence + 1, id: undefined, reason: 'missing' } };
  if (reached.sequence === recorded.sequence && reached.hash === recorded.hash) return { kind: 'valid', head: reached };
  return { kind: 'broken', broken: { sequence: Math.min(reached.sequence, recorded.sequence + 1), id: undefined, reason: 'not in the chain' } };
}
