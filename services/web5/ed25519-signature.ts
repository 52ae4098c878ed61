import { createPublicKey, verify } from 'node:crypto';
import { parseBase64url } from '../lib/base64url';
import { publicKeyMultibase } from './ed25519-key';

const SIGNATURE_BYTES = 64;

/** Reads a signature: 64 bytes as 86 characters of base64url. @returns undefined for anything else */
export function parseSignature(text: string): Buffer | undefined {
  const bytes = text.length === 86 ? parseBase64url(text) : undefined;
  return bytes?.length === SIGNATURE_BYTES ? bytes : undefined;
}

/**
 * Whether a signature of Ed25519 (RFC 8032, without pre-hash) is of this message and key.
 *
 * @param publicKey 32 bytes; those that are no point of the curve have no signature
 */
export function isSignedBy(publicKey: Buffer, message: Buffer, signature: Buffer): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') }, format: 'jwk' });
  return verify(null, message, key, signature);
}

/** A change of an identity's key. */
export interface Rotation {
  readonly did: string;
  /** The identity's version before the change. */
  readonly version: number;
  /** The new key, 32 bytes. */
  readonly publicKey: Buffer;
}

/**
 * What the current key signs to be replaced: the UTF-8 bytes of these lines, joined by a line feed, none at the end:
 * `rechain-web5-rotate-key-1`, the DID, the version in decimal digits, the new key as multibase (`z6Mk…`). The version
 * makes a signature good for one change only: afterwards the identity has the next one.
 */
export function rotationMessage({ did, version, publicKey }: Rotation): Buffer {
  return Buffer.from(['rechain-web5-rotate-key-1', did, version, publicKeyMultibase(publicKey)].join('\n'), 'utf8');
}
