import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A certificate and its private key, PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** A new authority, and a certificate that it signed for a host; X.509 by hand, since Node can read but not make it. */
export function certificateFor(host: string): Certificate & { readonly ca: string } {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const caExtension = extension('551d13', tlv(0x30, boolean(true)), true);
  const ca = signed({ subject: 'test authority', publicKey: authority.publicKey, extensions: [caExtension] }, authority.privateKey);
  const hostExtension = extension('551d11', tlv(0x30, tlv(0x82, Buffer.from(host, 'ascii'))), false);
  const certificate = signed({ subject: host, publicKey: server.publicKey, extensions: [hostExtension] }, authority.privateKey);
  return { ca, certificate, key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

interface Contents {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

const ECDSA_WITH_SHA256 = sequence(objectId('2a8648ce3d040302'));

function signed({ subject, publicKey, extensions }: Contents, authorityKey: KeyObject): string {
  const serial = createPublicKey(authorityKey).equals(publicKey) ? 1 : 2;
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, Buffer.of(serial)),
    ECDSA_WITH_SHA256,
    name('test authority'),
    sequence(time('20200101000000Z'), time('20991231235959Z')),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, authorityKey);
  const der = sequence(body, ECDSA_WITH_SHA256, tlv(0x03, Buffer.concat([Buffer.of(0), signature])));
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

function name(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(objectId('550403'), tlv(0x0c, Buffer.from(commonName, 'utf8')))));
}

function extension(id: string, value: Buffer, critical: boolean): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), tlv(0x04, value));
}

function boolean(value: boolean): Buffer {
  return tlv(0x01, Buffer.of(value ? 0xff : 0));
}

function time(text: string): Buffer {
  return tlv(0x18, Buffer.from(text, 'ascii'));
}

function objectId(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

/** DER: a tag, the length, the value. */
function tlv(tag: number, value: Buffer): Buffer {
  const length = value.length < 0x80 ? [value.length] : value.length < 0x100 ? [0x81, value.length] : [0x82, value.length >> 8, value.length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), value]);
}
