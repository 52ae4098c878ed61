import { readdirSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { regionZones } from '../platform/aws-capabilities';
import { apiKeysMap, planSecrets, UnfilledSecretError } from './secret-plan';
import { databaseAuthority } from './secrets';

const values = { first: { url: 'a', extra: 'b' }, second: { key: 'c' } };

test('each Secret has exactly the keys that the catalog names', () => {
  expect(planSecrets([{ name: 'first', keys: ['url'] }], values)).toEqual({ first: { url: 'a' } });
});

test('every key without a value is reported at once', () => {
  const unfilled = () => planSecrets([{ name: 'first', keys: ['url', 'password'] }, { name: 'third', keys: ['x'] }], values);
  expect(unfilled).toThrow(UnfilledSecretError);
  expect(unfilled).toThrow(/2 keys without a value:\n {2}secrets.first.password: received nothing, allowed is one of first \(url, extra\); second \(key\).*\n {2}secrets.third.x/);
});

test('API keys are lines of nginx’s map', () => {
  expect(apiKeysMap([{ key: 'ab12', tier: 'premium' }, { key: 'cd34', tier: 'standard' }])).toBe('"ab12" premium;\n"cd34" standard;\n');
});

test('every region has the authority of its databases, self-signed, good for years', () => {
  expect(readdirSync(join(__dirname, 'rds-authorities')).sort()).toEqual(Object.keys(regionZones).map((region) => `${region}.pem`).sort());
  for (const region of Object.keys(regionZones)) {
    const certificate = new X509Certificate(databaseAuthority(region));
    expect(certificate.subject).toContain(`CN=Amazon RDS ${region} Root CA RSA2048 G1`);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(new Date(certificate.validTo).getUTCFullYear()).toBeGreaterThan(2060);
  }
});
