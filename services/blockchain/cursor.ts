import { parseBase64url } from '../lib/base64url';
import type { ChainHead } from './chain';

/** A place in a list that is ordered by time and id, newest first. */
export interface Position {
  /** Milliseconds since 1970. */
  readonly createdMillis: number;
  readonly uuid: string;
}

const TIME_BYTES = 8;
const BYTES = TIME_BYTES + 16;
/** The end of the year 9999. */
const LAST_MILLIS = 253_402_300_799_999n;

/** A cursor's opaque text: 32 characters of base64url. */
export function cursorOf({ createdMillis, uuid }: Position): string {
  const bytes = Buffer.alloc(BYTES);
  bytes.writeBigUInt64BE(BigInt(createdMillis));
  bytes.write(uuid.replaceAll('-', ''), TIME_BYTES, 'hex');
  return bytes.toString('base64url');
}

/** @returns undefined for text that {@link cursorOf} never made */
export function parseCursor(text: string): Position | undefined {
  const bytes = parseBase64url(text);
  if (bytes?.length !== BYTES) return undefined;
  const millis = bytes.readBigUInt64BE();
  const uuid = bytes.toString('hex', TIME_BYTES).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return millis > LAST_MILLIS ? undefined : { createdMillis: Number(millis), uuid };
}

const SEQUENCE_BYTES = 8;
/** As an account can have, and as the API writes it. */
const LARGEST_SEQUENCE = 2_147_483_647n;
const CHAIN_BYTES = SEQUENCE_BYTES + 32;

/** The opaque text of how far a chain has been followed: 54 characters of base64url. */
export function chainCursorOf({ sequence, hash }: ChainHead): string {
  const bytes = Buffer.alloc(CHAIN_BYTES);
  bytes.writeBigUInt64BE(BigInt(sequence));
  bytes.write(hash, SEQUENCE_BYTES, 'hex');
  return bytes.toString('base64url');
}

/** @returns undefined for text that {@link chainCursorOf} never made */
export function parseChainCursor(text: string): ChainHead | undefined {
  const bytes = parseBase64url(text);
  if (bytes?.length !== CHAIN_BYTES) return undefined;
  const sequence = bytes.readBigUInt64BE();
  return sequence > LARGEST_SEQUENCE ? undefined : { sequence: Number(sequence), hash: bytes.toString('hex', SEQUENCE_BYTES) };
}
