import { defineShardReads, defineShardWrites } from '../lib/shard-statements';

// trim_scale: the column's 18 decimals would come back as zeros that nobody sent.
const COLUMNS = `bucket, id, sender, recipient, trim_scale(amount) AS amount, created_at, sequence::int AS sequence, encode(previous_hash, 'hex') AS previous_hash, encode(hash, 'hex') AS hash`;
const NOW = `date_trunc('milliseconds', now())`;
const HASHED = `$2, $3, $4, $5, $6, ${NOW}`;
const GENESIS = `decode(repeat('00', 32), 'hex')`;
const inBuckets = (buckets: `$${number}`): string => `bucket <@ ${buckets}::int4multirange`;
const NEWEST_FIRST = 'ORDER BY created_at DESC, id DESC LIMIT $4';

/**
 * Writes an entry: the account's head moves on and the entry is linked to it, all in one statement. The head's row is
 * locked from then to the commit, so entries of an account follow one another. Answers the one row of this key and
 * whether it was there before.
 *
 * `$2` bucket, `$3` id, `$4` sender, `$5` recipient, `$6` amount, `$7` idempotency key or null
 */
const insertEntry = {
  with: `
    existing AS (SELECT * FROM transactions WHERE bucket = $2::int AND sender = $4::text AND idempotency_key = $7::text),
    head AS (
      INSERT INTO account_heads AS head (bucket, address, sequence, previous_hash, hash)
      SELECT $2, $4, 1, ${GENESIS}, entry_hash(${GENESIS}, 1, ${HASHED}) WHERE NOT EXISTS (SELECT FROM existing)
      ON CONFLICT (bucket, address) DO UPDATE
      SET sequence = head.sequence + 1, previous_hash = head.hash, hash = entry_hash(head.hash, head.sequence + 1, ${HASHED})
      RETURNING sequence, previous_hash, hash
    ),
    inserted AS (
      INSERT INTO transactions (bucket, id, sender, recipient, amount, created_at, idempotency_key, sequence, previous_hash, hash)
      SELECT $2, $3::uuid, $4, $5::text, $6::numeric, ${NOW}, $7, sequence, previous_hash, hash FROM head
      RETURNING *
    )`,
  select: `SELECT ${COLUMNS}, false AS replayed, true AS same FROM inserted UNION ALL SELECT ${COLUMNS}, true, recipient = $5 AND amount = $6 FROM existing`,
} as const;

export const writes = defineShardWrites({ insertEntry });

export const reads = defineShardReads({
  findTransaction: `SELECT ${COLUMNS} FROM transactions WHERE bucket = $1 AND id = $2`,
  // Two index scans of the page's length each; a transfer to oneself is in the first. `$5` is the shard's buckets.
  transactionsOfAccount: `
    (SELECT ${COLUMNS} FROM transactions WHERE sender = $1 AND (created_at, id) < ($2, $3) AND ${inBuckets('$5')} ${NEWEST_FIRST})
    UNION ALL
    (SELECT ${COLUMNS} FROM transactions WHERE recipient = $1 AND sender <> $1 AND (created_at, id) < ($2, $3) AND ${inBuckets('$5')} ${NEWEST_FIRST})`,
  // Each account's own part on this shard, whose buckets are `$2`; a transfer to oneself counts on both sides.
  balanceOfAccount: `
    SELECT trim_scale(
      coalesce((SELECT sum(amount) FROM transactions WHERE recipient = $1 AND ${inBuckets('$2')}), 0)
      - coalesce((SELECT sum(amount) FROM transactions WHERE sender = $1 AND ${inBuckets('$2')}), 0)) AS balance`,
  // The head stands in every row, from the same snapshot as the entries.
  entriesAfter: `
    SELECT head.sequence::int AS head_sequence, encode(head.hash, 'hex') AS head_hash, entry.*
    FROM (SELECT) AS always
    LEFT JOIN account_heads AS head ON head.bucket = $1 AND head.address = $2
    LEFT JOIN LATERAL (SELECT ${COLUMNS} FROM transactions WHERE bucket = $1 AND sender = $2 AND transactions.sequence > $3 ORDER BY transactions.sequence LIMIT $4) AS entry ON true`,
});

export interface TransactionRow {
  readonly bucket: number;
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  readonly amount: string;
  readonly created_at: Date;
  readonly sequence: number;
  readonly previous_hash: string;
  readonly hash: string;
}

export interface InsertedRow extends TransactionRow {
  /** The key had been used before; this is what it did then. */
  readonly replayed: boolean;
  /** That was the same transfer. */
  readonly same: boolean;
}

/** Null members, all or none, where the account has no head, or the head no more entries. */
export interface EntryRow {
  readonly head_sequence: number | null;
  readonly head_hash: string | null;
  readonly id: string | null;
}
