import { createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { parsePublicKey, publicKeyMultibase } from './ed25519-key';

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));

it('reads every spelling of a key', () => {
  fc.assert(
    fc.property(keys, (key) => {
      expect(parsePublicKey(key.toString('base64url'))).toEqual(key);
      expect(parsePublicKey(publicKeyMultibase(key))).toEqual(key);
      expect(parsePublicKey(`u${Buffer.concat([Buffer.of(0xed, 1), key]).toString('base64url')}`)).toEqual(key);
    }),
  );
});

it('writes the multibase of the did:key specification', () => {
  // Its example did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK.
  const key = Buffer.from('2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6', 'hex');
  expect(publicKeyMultibase(key)).toBe('z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK');
});

it('refuses other keys, other lengths and second spellings', () => {
  const key = Buffer.alloc(32, 7);
  const framed = (prefix: number[], bytes: Buffer): string => `u${Buffer.concat([Buffer.from(prefix), bytes]).toString('base64url')}`;
  for (const text of ['', 'z', 'u', framed([0xe7, 1], key), framed([0xed, 2], key), framed([0xed, 1], key.subarray(1)), 'z0OIl', '!'.repeat(43), `${key.toString('base64url').slice(0, 42)}d`]) {
    expect(parsePublicKey(text)).toBeUndefined();
  }
  // The last character of 32 bytes carries two spare bits: with them set the same bytes would have another spelling.
  expect(parsePublicKey(key.toString('base64url'))).toEqual(key);
});

// The signature is R = the neutral point and S = 0, which needs no private key.
const forged = Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]);
const canForge = (key: Buffer): boolean => {
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') }, format: 'jwk' });
  return Array.from({ length: 500 }, (_, number) => verify(null, Buffer.from(String(number)), publicKey, forged)).includes(true);
};
/** The OpenSSL of Node 24 refuses such keys itself, that of Node 20 does not. */
const opensslRefuses = !canForge(Buffer.alloc(32));

it.each([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])('refuses the key %s, under which anyone can sign', (hex) => {
  const key = Buffer.from(hex, 'hex');
  expect(canForge(key)).toBe(!opensslRefuses);
  expect(parsePublicKey(key.toString('base64url'))).toBeUndefined();
  expect(parsePublicKey(publicKeyMultibase(key))).toBeUndefined();
});
