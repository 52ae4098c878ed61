import { parseBase64url } from '../lib/base64url';

const KEY_BYTES = 32;
/** The multicodec prefix of an Ed25519 public key. */
const MULTICODEC = [0xed, 0x01] as const;
/**
 * The encodings of the curve's eight points of small order, without their sign bit. Under such a key anyone can make
 * signatures. The list is libsodium's (`ge25519_has_small_order`).
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/**
 * Reads an Ed25519 public key: base64url of its 32 bytes (43 characters), or multibase (`z`, base58btc, or `u`,
 * base64url) of the multicodec prefix and the 32 bytes.
 *
 * @returns undefined for anything else, a second spelling of the same bytes and keys of small order included
 */
export function parsePublicKey(text: string): Buffer | undefined {
  const key = keyBytes(text);
  return key === undefined || isOfSmallOrder(key) ? undefined : key;
}

function isOfSmallOrder(key: Buffer): boolean {
  const unsigned = Buffer.from(key);
  unsigned.writeUInt8(unsigned.readUInt8(KEY_BYTES - 1) & 0x7f, KEY_BYTES - 1);
  return SMALL_ORDER.has(unsigned.toString('hex'));
}

function keyBytes(text: string): Buffer | undefined {
  if (text.length === 43) return exactly(parseBase64url(text), KEY_BYTES);
  if (text.length > 64) return undefined;
  const bytes = text.startsWith('z') ? fromBase58(text.slice(1)) : text.startsWith('u') ? parseBase64url(text.slice(1)) : undefined;
  const framed = exactly(bytes, MULTICODEC.length + KEY_BYTES);
  return framed?.[0] === MULTICODEC[0] && framed[1] === MULTICODEC[1] ? framed.subarray(MULTICODEC.length) : undefined;
}

/** A key as multibase in base58btc: `z6Mk…`. */
export function publicKeyMultibase(key: Uint8Array): string {
  let value = BigInt(`0x${Buffer.from([...MULTICODEC, ...key]).toString('hex')}`);
  let digits = '';
  for (; value > 0n; value /= 58n) digits = BASE58.charAt(Number(value % 58n)) + digits;
  return `z${digits}`;
}

function exactly(bytes: Buffer | undefined, length: number): Buffer | undefined {
  return bytes?.length === length ? bytes : undefined;
}

function fromBase58(text: string): Buffer | undefined {
  let value = 0n;
  for (const character of text) {
    const digit = BASE58.indexOf(character);
    if (digit === -1) return undefined;
    value = value * 58n + BigInt(digit);
  }
  const hex = value.toString(16);
  // Leading zero bytes need no care: the multicodec prefix comes first.
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}
