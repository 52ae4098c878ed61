import { createHash } from 'node:crypto';
import { defineQueries } from '../lib/database';
import type { Deadline } from '../lib/deadline';
import type { ReadOptions, ReadWritePool } from '../lib/read-write-pool';
import { UNREACHED_POSITION, type WalPosition } from '../lib/wal-position';
import type { Rotation } from './ed25519-signature';

export interface Identity {
  readonly did: string;
  /** How many keys it has had, the present one included. */
  readonly version: number;
  /** The 32 bytes of its present Ed25519 public key. */
  readonly publicKey: Buffer;
}

interface IdentityRow {
  readonly did: string;
  readonly version: number;
  readonly public_key: Buffer;
}

const COLUMNS = 'did, version, public_key';

const QUERIES = defineQueries({
  insertIdentity: `INSERT INTO identities (did, public_key) VALUES ($1, $2) ON CONFLICT (did) DO NOTHING RETURNING ${COLUMNS}`,
  findIdentity: `SELECT ${COLUMNS} FROM identities WHERE did = $1`,
  rotateKey: `UPDATE identities SET public_key = $3, version = version + 1, updated_at = now() WHERE did = $1 AND version = $2 RETURNING ${COLUMNS}`,
});

/**
 * The DID that a first key founds: `did:rechain:` and the SHA-256 of its 32 bytes in hex. Made from the first key, so
 * nobody can claim another's DID, and not the key itself, so that it outlives a change of key.
 */
export function didOf(publicKey: Uint8Array): string {
  return `did:rechain:${createHash('sha256').update(publicKey).digest('hex')}`;
}

/** What a write has found or made, and the position in the log that a server must have reached to know of it. */
export interface Written<Value> {
  readonly value: Value;
  readonly position: WalPosition;
}

export class IdentityStore {
  constructor(private readonly pool: ReadWritePool) {}

  /** @returns the identity, and whether this call made it: the same key founds the same one, whatever its key is now */
  async create(publicKey: Buffer, deadline: Deadline): Promise<Written<{ readonly identity: Identity; readonly created: boolean }>> {
    const did = didOf(publicKey);
    const { rows: [row], position } = await this.pool.write<IdentityRow>(QUERIES.insertIdentity, [did, publicKey], { deadline });
    const identity = row === undefined ? await this.findPresent(did, deadline) : identityOf(row);
    if (identity === undefined) throw new Error('an identity that existed is gone');
    return { value: { identity, created: row !== undefined }, position };
  }

  /** As a server knows it that has reached the position asked for; without one, it may be some seconds old. */
  async find(did: string, options: ReadOptions): Promise<Identity | undefined> {
    const { rows: [row] } = await this.pool.read<IdentityRow>(QUERIES.findIdentity, [did], options);
    return row === undefined ? undefined : identityOf(row);
  }

  /** As it is now, which the primary alone knows: on a replica a key that has been replaced may still be the present one. */
  findPresent(did: string, deadline: Deadline): Promise<Identity | undefined> {
    return this.find(did, { deadline, atLeast: UNREACHED_POSITION });
  }

  /** @returns the identity with its new key, undefined when it no longer has that version: of two at once one wins */
  async rotate({ did, version, publicKey }: Rotation, deadline: Deadline): Promise<Written<Identity | undefined>> {
    const { rows: [row], position } = await this.pool.write<IdentityRow>(QUERIES.rotateKey, [did, version, publicKey], { deadline });
    return { value: row === undefined ? undefined : identityOf(row), position };
  }
}

function identityOf(row: IdentityRow): Identity {
  return { did: row.did, version: row.version, publicKey: row.public_key };
}
