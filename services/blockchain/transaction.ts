/** A transfer as a client asks for it; addresses in lower case, the amount a decimal string. */
export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
}

/** What an id says: the row's key, and the bucket, hence the shard, that it is in. */
export interface TransactionKey {
  readonly bucket: number;
  readonly uuid: string;
}

/** A stored transfer: the sender's entry number `sequence`, counted from 1. */
export interface Transaction extends Transfer {
  /** See {@link parseTransactionId}. */
  readonly id: string;
  /** Whole milliseconds. */
  readonly createdAt: Date;
  readonly sequence: number;
  /** {@link hash} of the sender's entry before, 64 zeros for the first. */
  readonly previousHash: string;
  /** See `chain.ts`; 64 lower-case hex digits. */
  readonly hash: string;
}

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

/** The id of a key; {@link parseTransactionId} reads it. */
export function transactionId({ bucket, uuid }: TransactionKey): string {
  return `${bucket.toString(16).padStart(4, '0')}-${uuid}`;
}
