import { createHash } from 'node:crypto';
import { defineQueries, type Database } from '../lib/database';

export interface Identity {
  readonly did: string;
  /** The 32 bytes of an Ed25519 public key. */
  readonly publicKey: Buffer;
}

interface IdentityRow {
  readonly did: string;
  readonly public_key: Buffer;
}

const QUERIES = defineQueries({
  insertIdentity: 'INSERT INTO identities (did, public_key) VALUES ($1, $2) ON CONFLICT (did) DO NOTHING RETURNING did, public_key',
  findIdentity: 'SELECT did, public_key FROM identities WHERE did = $1',
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

  /** @returns the identity, and whether this call made it: the same key founds the same one */
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
}

function identityOf(row: IdentityRow): Identity {
  return { did: row.did, publicKey: row.public_key };
}
