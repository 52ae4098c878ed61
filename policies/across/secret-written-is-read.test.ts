import { findingsInBoth, itIsAnAcrossRule } from '../across-testing';
import { exampleSecret } from '../planned-secrets';
import { exampleResource } from '../resource-examples';
import { podOfContainer } from '../rule-testing';
import { secretWrittenIsRead as rule } from './secret-written-is-read';

itIsAnAcrossRule(rule, 'warning');

const reading = (key: string, more = ''): string => `${podOfContainer(`env: [{ name: A, valueFrom: { secretKeyRef: { name: database, key: ${key} ${more} } } }]`)}\n`;
const idle = `${podOfContainer('image: a')}\n`;
const messages = (yaml: string): string[] => findingsInBoth(rule, yaml).map(({ message }) => message);

it('finds a Secret that nothing names, and a key that nothing reads', () => {
  expect(messages(reading('url') + exampleSecret('url'))).toEqual([]);
  expect(messages(idle + exampleSecret('url'))).toEqual(['nothing names Secret database']);
  expect(messages(reading('url') + exampleSecret('url', 'user', 'password'))).toEqual(['nothing reads user, password of Secret database']);
});

it.each([
  ['whole, by a container', `${podOfContainer('envFrom: [{ secretRef: { name: database } }]')}\n`],
  ['whole, as a volume', `${podOfContainer('image: a', 'volumes: [{ name: a, secret: { secretName: database } }]')}\n`],
  ['if it is there', reading('url', ', optional: true')],
  ['to fetch images', `${podOfContainer('image: a', 'imagePullSecrets: [{ name: database }]')}\n`],
  ['by an Ingress', `${idle}---\n{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: a }, spec: { tls: [{ secretName: database }] } }\n`],
  ['by a gateway of the mesh', `${idle}---\n{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: a }, spec: { servers: [{ tls: { credentialName: database } }] } }\n`],
])('takes what is read %s', (_, manifests) => {
  expect(messages(manifests + exampleSecret('url'))).toEqual([]);
});

it('takes what a chart is told to read', () => {
  const chart = exampleResource('kubernetes:helm.sh/v3:Release', 'a', '{ chart: a, values: { auth: { existingSecret: database } } }');
  expect(messages(idle + exampleSecret('url') + chart)).toEqual([]);
  expect(messages(idle + exampleSecret('url') + chart.replace('database', 'other'))).toHaveLength(1);
});

it('takes no label, name or other text for a reader', () => {
  const named = '---\n{ apiVersion: v1, kind: Service, metadata: { name: database, labels: { app: database } }, spec: { selector: { app: database } } }\n';
  expect(messages(idle + named + exampleSecret('url'))).toHaveLength(1);
});

it.each([
  ['Secrets for a namespace that the manifests make no pods in', (text: string) => text.replace('namespace: shop', 'namespace: stock')],
  ['a name that is decided later', (text: string) => text.replace('name: database, namespace', 'name: "${a}", namespace')],
  ['keys that are decided later', (text: string) => text.replace(/stringData: \{.*\}/, 'stringData: "[secret]" }')],
])('does not judge %s', (_, change) => {
  expect(change(exampleSecret('url'))).not.toBe(exampleSecret('url'));
  expect(messages(idle + change(exampleSecret('url')))).toEqual([]);
});
