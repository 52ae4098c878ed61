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
  ['names where the plan names an object of an operator by itself', reading('orders-app', 'url') + exampleSecret('url') + exampleResource('kubernetes:postgresql.cnpg.io/v1:Cluster', 'orders', '{ metadata: { namespace: shop } }')],
  ['names where the plan makes an operator do it', reading('other', 'url') + exampleSecret('url') + exampleResource('kubernetes:external-secrets.io/v1:ExternalSecret', 'a', '{ metadata: { name: a, namespace: shop } }')],
])('does not judge %s', (_, yaml) => {
  expect(findingsInBoth(rule, yaml)).toEqual([]);
});

const custom = (apiVersion: string, kind: string, name: string, namespace = 'shop'): string => `---\n{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: ${name}, namespace: ${namespace} } }\n`;
const planned = (type: string, name: string, namespace = 'shop'): string => exampleResource(`kubernetes:${type}`, 'a', `{ metadata: { name: "${name}", namespace: ${namespace} } }`);
const orders = reading('orders-app', 'uri');

itTellsBothApart(rule, [
  ['no Secret of an operator by the name of a custom resource', orders + custom('postgresql.cnpg.io/v1', 'Cluster', 'orders') + exampleSecret('url'), orders + custom('postgresql.cnpg.io/v1', 'Cluster', 'stock') + exampleSecret('url'), NAME],
  ['none that has just that name', reading('orders', 'password') + custom('kafka.strimzi.io/v1', 'KafkaUser', 'orders') + exampleSecret('url'), reading('orders', 'password') + custom('kafka.strimzi.io/v1', 'KafkaUser', 'orders-app') + exampleSecret('url'), NAME],
  ['none of a user of a cluster', reading('orders.pguser', 'uri') + custom('postgres-operator.crunchydata.com/v1beta1', 'PostgresCluster', 'orders') + exampleSecret('url'), reading('ordersx.pguser', 'uri') + custom('postgres-operator.crunchydata.com/v1beta1', 'PostgresCluster', 'orders') + exampleSecret('url'), NAME],
  ['none of its namespace', orders + custom('postgresql.cnpg.io/v1', 'Cluster', 'orders') + exampleSecret('url'), orders + custom('postgresql.cnpg.io/v1', 'Cluster', 'orders', 'stock') + exampleSecret('url'), NAME],
  ['none of a kind that makes others', orders + custom('postgresql.cnpg.io/v1', 'Cluster', 'orders') + exampleSecret('url'), orders + custom('networking.istio.io/v1', 'VirtualService', 'orders') + exampleSecret('url'), NAME],
  ['none of a custom resource in the plan', orders + exampleSecret('url') + planned('postgresql.cnpg.io/v1:Cluster', 'orders'), orders + exampleSecret('url') + planned('postgresql.cnpg.io/v1:Cluster', 'stock'), NAME],
  ['none of its namespace in the plan', orders + exampleSecret('url') + planned('postgresql.cnpg.io/v1:Cluster', 'orders'), orders + exampleSecret('url') + planned('postgresql.cnpg.io/v1:Cluster', 'orders', 'stock'), NAME],
  ['none of a kind in the plan that makes others', orders + exampleSecret('url') + planned('kafka.strimzi.io/v1beta2:KafkaUser', 'orders'), orders + exampleSecret('url') + planned('apps/v1:Deployment', 'orders'), NAME],
  ['none of a custom resource whose name is decided later', orders + exampleSecret('url') + planned('postgresql.cnpg.io/v1:Cluster', '${a}'), orders + exampleSecret('url') + planned('networking.k8s.io/v1:Ingress', '${a}'), NAME],
]);

it('names the first of many Secrets and keys, and compares a name with few of them', () => {
  const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `database-${index}`);
  const written = (count: number): string => `---\n${names(count).map((name) => exampleResource(SECRET, name, `{ metadata: { name: ${name}, namespace: shop }, stringData: { url: x } }`)).join('')}`;
  const found = (yaml: string): string | undefined => findingsInBoth(rule, yaml)[0]?.message;
  expect(found(reading('database', 'url') + written(5))).toBe('the plan writes no Secret of this name, did you mean "database-0"?; it writes database-0, database-1, database-2, database-3, database-4');
  expect(found(reading('database', 'url') + written(200))).toBe('the plan writes no Secret of this name, did you mean "database-0"?; it writes database-0, database-1, database-2, database-3, database-4 and 195 more');
  expect(found(reading('database', 'url') + written(201))).toBe('the plan writes no Secret of this name; it writes database-0, database-1, database-2, database-3, database-4 and 196 more');
  expect(found(reading('database', 'database') + exampleSecret(...names(6)))).toBe('the plan writes Secret database without this key, did you mean "database-0"?; it has database-0, database-1, database-2, database-3, database-4 and 1 more');
  expect(found(reading('database', 'database') + exampleSecret(...names(201)))).not.toContain('did you mean');
  expect(found(reading('database', 'url') + secret('metadata: { name: database, namespace: shop }, data: {}'))).toBe('the plan writes Secret database without this key; it has none');
});

it('judges the key of a Secret all the same where an operator makes others', () => {
  expect(findingsInBoth(rule, reading('database', 'uri') + external + exampleSecret('url'))).toMatchObject([{ path: KEY }]);
});
