import { randomUUID } from 'node:crypto';
import { defineQueries, type Database } from '../lib/database';
import type { ShardDatabases } from '../lib/service';

/** A transfer as a client asks for it; addresses in lower case, the amount a decimal string. */
export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
}

/** A stored transfer. */
export interface Transaction extends Transfer {
  /** See {@link parseTransactionId}. */
  readonly id: string;
  readonly createdAt: Date;
}

/** What an id says: the row's key, and the bucket, hence the shard, that it is in. */
export interface TransactionKey {
  readonly bucket: number;
  readonly uuid: string;
}

interface TransactionRow {
  readonly bucket: number;
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  readonly amount: string;
  readonly created_at: Date;
}

// trim_scale: the column's 18 decimals would come back as zeros that nobody sent.
const COLUMNS = 'bucket, id, sender, recipient, trim_scale(amount) AS amount, created_at';

const QUERIES = defineQueries({
  insertTransaction: `INSERT INTO transactions (bucket, id, sender, recipient, amount) VALUES ($1, $2, $3, $4, $5) RETURNING ${COLUMNS}`,
  findTransaction: `SELECT ${COLUMNS} FROM transactions WHERE bucket = $1 AND id = $2`,
});

/**
 * An id is the bucket of the sender as four lower-case hex digits, a hyphen, and a UUID, so that it tells the shard of
 * its row under every version of the shard map: `02a1-0f8fad5b-d9cb-469f-a165-70867728950e`.
 *
 * @returns undefined for any other text
 */
export function parseTransactionId(id: string): TransactionKey | undefined {
  const match = /^([0-9a-f]{4})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(id);
  const [, bucket, uuid] = match ?? [];
  return bucket === undefined || uuid === undefined ? undefined : { bucket: Number.parseInt(bucket, 16), uuid };
}

/** Transactions, each on the shard of its sender. */
export class TransactionStore {
  constructor(private readonly shards: ShardDatabases) {}

  async insert({ from, to, amount }: Transfer): Promise<Transaction> {
    const bucket = this.shards.locator.bucketOf(from);
    const [row] = await this.database(bucket).query<TransactionRow>(QUERIES.insertTransaction, [bucket, randomUUID(), from, to, amount]);
    if (row === undefined) throw new Error('INSERT … RETURNING returned no row');
    return transactionOf(row);
  }

  async find({ bucket, uuid }: TransactionKey): Promise<Transaction | undefined> {
    // No such bucket, so no such row.
    if (bucket >= this.shards.locator.buckets) return undefined;
    const [row] = await this.database(bucket).query<TransactionRow>(QUERIES.findTransaction, [bucket, uuid]);
    return row === undefined ? undefined : transactionOf(row);
  }

  private database(bucket: number): Database {
    const shard = this.shards.locator.shardOfBucket(bucket);
    const database = this.shards.all[shard];
    if (database === undefined) throw new RangeError(`the shard map names shard ${shard}, which is not open`);
    return database;
  }
}

function transactionOf(row: TransactionRow): Transaction {
  const id = `${row.bucket.toString(16).padStart(4, '0')}-${row.id}`;
  return { id, from: row.sender, to: row.recipient, amount: row.amount, createdAt: row.created_at };
}
