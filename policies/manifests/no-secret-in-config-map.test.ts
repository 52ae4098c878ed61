import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { noSecretInConfigMap as rule } from './no-secret-in-config-map';

itIsARule(rule);

const map = (key: string, value: string): string => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web', namespace: 'shop' }, data: { MODE: 'fast', [key]: value } });

itTellsApart(rule, [
  ['a secret under its name', map('DB_PASSWORD', '$(OTHER)'), map('DB_PASSWORD', 'hunter2'), 'data.DB_PASSWORD'],
  ['a secret in a line of a file', map('app.yaml', 'db:\n  user: web\n  password: "$PASSWORD"\n'), map('app.yaml', 'db:\n  user: web\n  password: "hunter2"\n'), 'data["app.yaml"]'],
  ['a file of one line', map('app.properties', 'password_file=hunter2'), map('app.properties', 'password=hunter2'), 'data["app.properties"]'],
  ['a private key', map('tls', '-----BEGIN CERTIFICATE-----\nabc\n'), map('tls', `-----BEGIN ${'PRIVATE'} KEY-----\nabc\n`), 'data.tls'],
  ['a password in an address', map('url', 'postgres://web@db'), map('url', 'postgres://web:hunter2@db'), 'data.url'],
]);

it('names the line and does not show the secret', () => {
  const findings = findingsOf(rule, map('app.yaml', 'db:\n  password: hunter2\n'));
  expect(findings).toMatchObject([{ received: '(hidden: may be secret)', message: 'looks like it holds a secret in line 2: the value of password' }]);
  expect(JSON.stringify(findings)).not.toContain('hunter2');
});
