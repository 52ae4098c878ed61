import { createHash } from 'node:crypto';
import { defineQueries, type Database } from '../lib/database';
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

export class IdentityStore {
  constructor(private readonly primary: Database) {}

  /** @returns the identity, and whether this call made it: the same key founds the same one, whatever its key is now */
  async create(publicKey: Buffer): Promise<{ readonly identity: Identity; readonly created: boolean }> {
    const did = didOf(publicKey);
    const [row] = await this.primary.query<IdentityRow>(QUERIES.insertIdentity, [did, publicKey]);
    const identity = row === undefined ? await this.find(did) : identityOf(row);
    if (identity === undefined) throw new Error('an identity that existed is gone');
    return { identity, created: row !== undefined };
  }

  async find(did: string): Promise<Identity | undefined> {
    const [row] = await this.primary.query<IdentityRow>(QUERIES.findIdentity, [did]);
    return row === undefined ? undefined : identityOf(row);
  }

  /** @returns the identity with its new key, undefined when it no longer has that version: of two at once one wins */
  async rotate({ did, version, publicKey }: Rotation): Promise<Identity | undefined> {
    const [row] = await this.primary.query<IdentityRow>(QUERIES.rotateKey, [did, version, publicKey]);
    return row === undefined ? undefined : identityOf(row);
  }
}

function identityOf(row: IdentityRow): Identity {
  return { did: row.did, version: row.version, publicKey: row.public_key };
}
