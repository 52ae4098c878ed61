import { randomUUID } from 'node:crypto';
import { DatabaseError } from 'pg';
import type { Deadline } from '../lib/deadline';
import type { ShardedDatabase } from '../lib/sharded-database';
import { EMPTY_CHAIN, endsAt, follow, type ChainHead, type Verification } from './chain';
import type { Position } from './cursor';
import { sumOfDecimals } from './decimal';
import { reads, writes, type EntryRow, type InsertedRow, type TransactionRow } from './queries';
import { transactionId, type Transaction, type TransactionKey, type Transfer } from './transaction';

/** How many entries {@link TransactionStore.verify} holds at once. */
const VERIFY_PAGE = 1_000;

export interface VerifyOptions {
  /** {@link EMPTY_CHAIN}, or what an earlier call has reached. */
  readonly from: ChainHead;
  /** How many entries are followed at most. */
  readonly limit: number;
  readonly deadline: Deadline;
}

/** What became of a transfer. A key's first transfer is `created` once and `repeated` ever after; another one is `conflict`. */
export type InsertOutcome = { readonly kind: 'created' | 'repeated'; readonly transaction: Transaction } | { readonly kind: 'conflict' };

export interface TransactionPage {
  /** Newest first. */
  readonly transactions: readonly Transaction[];
  /** Undefined at the end. */
  readonly next: Position | undefined;
}

/**
 * Transactions, each on the shard of its sender alone: one statement writes it, so that none is ever half done. What an
 * account has received is therefore on the senders' shards; lists and balances ask every shard.
 */
export class TransactionStore {
  constructor(private readonly shards: ShardedDatabase) {}

  /** @param idempotencyKey of the sender: another sender may use the same one */
  insert({ from, to, amount }: Transfer, idempotencyKey: string | undefined): Promise<InsertOutcome> {
    return this.shards.executeOnShard(from, async (shard): Promise<InsertOutcome> => {
      const insert = () => shard.query<InsertedRow>(writes.insertEntry, [shard.bucketOf(from), randomUUID(), from, to, amount, idempotencyKey ?? null]);
      const [row] = await insert().catch((error: unknown) => {
        // Another request with this key was under way and has just been committed: now it is found.
        if (error instanceof DatabaseError && error.constraint === 'transactions_one_per_idempotency_key') return insert();
        throw error;
      });
      if (row === undefined) throw new Error('the insert answered no row');
      if (!row.same) return { kind: 'conflict' };
      return { kind: row.replayed ? 'repeated' : 'created', transaction: transactionOf(row) };
    });
  }

  async find({ bucket, uuid }: TransactionKey): Promise<Transaction | undefined> {
    // No such bucket, so no such row.
    if (bucket >= this.shards.buckets) return undefined;
    const [row] = await this.shards.executeOnBucket(bucket, (shard) => shard.query<TransactionRow>(reads.findTransaction, [bucket, uuid]));
    return row === undefined ? undefined : transactionOf(row);
  }

  /** What an account has sent and received, newest first, those after `position` only. Asks every shard. */
  async list(address: string, limit: number, position: Position): Promise<TransactionPage> {
    const values = [address, new Date(position.createdMillis), position.uuid, limit + 1];
    const pages = await this.shards.fanOut((shard) => shard.query<TransactionRow>(reads.transactionsOfAccount, [...values, shard.buckets]));
    const rows = pages.flat().sort((a, b) => b.created_at.getTime() - a.created_at.getTime() || (a.id < b.id ? 1 : -1));
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return { transactions: page.map(transactionOf), next: last === undefined ? undefined : { createdMillis: last.created_at.getTime(), uuid: last.id } };
  }

  /** What an account has received less what it has sent. Asks every shard, each at its own moment. */
  async balance(address: string): Promise<string> {
    const parts = await this.shards.fanOut((shard) => shard.query<{ readonly balance: string }>(reads.balanceOfAccount, [address, shard.buckets]));
    return sumOfDecimals(parts.flat().map(({ balance }) => balance));
  }

  /**
   * Recomputes the chain of an account's entries, from one that was reached before to the head, or so many.
   *
   * @throws DeadlinePassedError: nobody waits for the rest of a long chain
   */
  async verify(address: string, { from, limit, deadline }: VerifyOptions): Promise<Verification> {
    let reached = from;
    for (;;) {
      deadline.check();
      const count = Math.min(VERIFY_PAGE, from.sequence + limit - reached.sequence);
      const { head, entries } = await this.entriesAfter(address, reached.sequence, count);
      const followed = follow(reached, entries);
      if (followed.kind === 'broken') return followed;
      reached = followed.head;
      if (entries.length < count) return endsAt(reached, head);
      if (reached.sequence === from.sequence + limit) return { kind: 'so far', head: reached };
    }
  }

  private async entriesAfter(address: string, sequence: number, count: number): Promise<{ readonly head: ChainHead; readonly entries: readonly Transaction[] }> {
    const rows = await this.shards.executeOnShard(address, (shard) => shard.query<EntryRow | (EntryRow & TransactionRow)>(reads.entriesAfter, [shard.bucketOf(address), address, sequence, count]));
    const [first] = rows;
    const head = first?.head_sequence == null || first.head_hash === null ? EMPTY_CHAIN : { sequence: first.head_sequence, hash: first.head_hash };
    const entries = rows.flatMap((row) => ('sender' in row && row.id !== null ? [transactionOf(row)] : []));
    return { head, entries: entries.sort((a, b) => a.sequence - b.sequence) };
  }
}

function transactionOf(row: TransactionRow): Transaction {
  const { sender, recipient, amount, sequence } = row;
  const id = transactionId({ bucket: row.bucket, uuid: row.id });
  return { id, from: sender, to: recipient, amount, createdAt: row.created_at, sequence, previousHash: row.previous_hash, hash: row.hash };
}
