import { findingsInBoth, itIsAnAcrossRule, itTellsBothApart } from '../across-testing';
import { exampleSecret } from '../planned-secrets';
import { exampleResource } from '../resource-examples';
import { podOfContainer } from '../rule-testing';
import { secretKeyWritten as rule } from './secret-key-written';

itIsAnAcrossRule(rule);

const reading = (name: string, key: string, more = ''): string => `${podOfContainer(`env: [{ name: A, valueFrom: { secretKeyRef: { name: ${name}, key: ${key} ${more} } } }]`)}\n`;
const SECRET = 'kubernetes:core/v1:Secret';
const secret = (inputs: string): string => `---\n${exampleResource(SECRET, 's', `{ ${inputs} }`)}`;
const masked = (keys: string): string => secret(`metadata: { name: database, namespace: shop, annotations: { policies.rechain.network/secret-keys: "${keys}" } }, stringData: "[secret]"`);
const [NAME, KEY] = ['spec.containers[0].env[0].valueFrom.secretKeyRef.name', 'spec.containers[0].env[0].valueFrom.secretKeyRef.key'];
const manifest = (keys: string): string => `---\n{ apiVersion: v1, kind: Secret, metadata: { name: database, namespace: shop }, stringData: { ${keys} } }\n`;

itTellsBothApart(rule, [
  ['a key that is not written', reading('database', 'url') + exampleSecret('url'), reading('database', 'urls') + exampleSecret('url'), KEY],
  ['a Secret that is not written', reading('database', 'url') + exampleSecret('url'), reading('databse', 'url') + exampleSecret('url'), NAME],
  ['a key under data', reading('database', 'url') + secret('metadata: { name: database, namespace: shop }, data: { url: x }'), reading('database', 'url') + secret('metadata: { name: database, namespace: shop }, data: { uri: x }'), KEY],
  ['a key that only an annotation tells', reading('database', 'ca.pem') + masked('url, ca.pem'), reading('database', 'ca') + masked('url, ca.pem'), KEY],
  ['a key that the manifests add', reading('database', 'user') + manifest('user: a') + exampleSecret('url'), reading('database', 'user') + manifest('users: a') + exampleSecret('url'), KEY],
  ['a key that the plan adds to the manifests', reading('database', 'url') + manifest('user: a') + exampleSecret('url'), reading('database', 'url') + manifest('user: a') + exampleSecret('uri'), KEY],
  ['a Secret that a pod takes whole', `${podOfContainer('envFrom: [{ secretRef: { name: database } }]')}\n${exampleSecret('url')}`, `${podOfContainer('envFrom: [{ secretRef: { name: other } }]')}\n${exampleSecret('url')}`, 'spec.containers[0].envFrom[0].secretRef.name'],
  ['what a pod does not start without', reading('other', 'url', ', optional: true') + exampleSecret('url'), reading('other', 'url') + exampleSecret('url'), NAME],
]);

it('says what is written, and what is close to it', () => {
  expect(findingsInBoth(rule, reading('databse', 'url') + exampleSecret('url'))[0]?.message).toBe('the plan writes no Secret of this name, did you mean "database"?; it writes database');
  expect(findingsInBoth(rule, reading('database', 'urls') + exampleSecret('url', 'ca.pem'))[0]?.message).toBe('the plan writes Secret database without this key, did you mean "url"?; it has url, ca.pem');
});

const external = '---\n{ apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: { name: other, namespace: shop } }\n';
it.each([
  ['pods of a namespace into which the plan writes none', reading('other', 'url') + secret('metadata: { name: database, namespace: stock }, stringData: { url: x }')],
  ['pods of a namespace into which manifests alone write', reading('other', 'url') + manifest('url: a') + secret('metadata: { name: database, namespace: stock }, stringData: { url: x }')],
  ['a Secret whose keys are decided later', reading('database', 'url') + secret('metadata: { name: database, namespace: shop }, stringData: "[secret]"')],
  ['keys whose annotation is decided later', reading('database', 'url') + masked('${keys}')],
  ['names where one is decided later', reading('other', 'url') + exampleSecret('url').trimEnd() + `\n${exampleResource(SECRET, 'later', '{ metadata: { name: "${a}", namespace: shop } }')}`],
  ['names where an operator makes Secrets', reading('other', 'url') + external + exampleSecret('url')],
  ['names where a chart is installed', reading('other', 'url') + exampleSecret('url') + exampleResource('kubernetes:helm.sh/v3:Release', 'a', '{ chart: a, namespace: shop }')],
  ['names where the plan makes an operator do it', reading('other', 'url') + exampleSecret('url') + exampleResource('kubernetes:external-secrets.io/v1:ExternalSecret', 'a', '{ metadata: { name: a, namespace: shop } }')],
])('does not judge %s', (_, yaml) => {
  expect(findingsInBoth(rule, yaml)).toEqual([]);
});

it('judges the key of a Secret all the same where an operator makes others', () => {
  expect(findingsInBoth(rule, reading('database', 'uri') + external + exampleSecret('url'))).toMatchObject([{ path: KEY }]);
});
