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
