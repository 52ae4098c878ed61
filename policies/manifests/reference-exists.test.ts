import { exampleConfigMap } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { referenceExists as rule } from './reference-exists';

itIsARule(rule);

const map = `\n${exampleConfigMap('{ color: green }')}`;
const complete = { complete: true };
const object = (kind: string, name: string, namespace = 'shop'): string => `\n---\n{ apiVersion: v1, kind: ${kind}, metadata: { name: ${name}, namespace: ${namespace} } }`;
const env = (reference: string): string => podOfContainer(`env: [{ name: A, valueFrom: { configMapKeyRef: { ${reference} } } }]`);
const volume = (source: string): string => podOf(`volumes: [{ name: v, ${source} }], containers: []`);

itTellsApart(rule, [
  ['a ConfigMap of a variable', env('name: web, key: color') + map, env('name: wbe, key: color') + map, 'spec.containers[0].env[0].valueFrom.configMapKeyRef.name'],
  ['a ConfigMap of all variables', podOfContainer('envFrom: [{ configMapRef: { name: web } }]') + map, podOfContainer('envFrom: [{ configMapRef: { name: wbe } }]') + map, 'spec.containers[0].envFrom[0].configMapRef.name'],
  ['a ConfigMap of a volume', volume('configMap: { name: web }') + map, volume('configMap: { name: wbe }') + map, 'spec.volumes[0].configMap.name'],
  ['a ConfigMap in a projected volume', volume('projected: { sources: [{ configMap: { name: web } }] }') + map, volume('projected: { sources: [{ configMap: { name: wbe } }] }') + map, 'spec.volumes[0].projected.sources[0].configMap.name'],
  ['a ConfigMap of another namespace', env('name: web, key: color') + map, env('name: web, key: color') + map.replace('namespace: shop', 'namespace: stock'), 'spec.containers[0].env[0].valueFrom.configMapKeyRef.name'],
  ['a claim', volume('persistentVolumeClaim: { claimName: data }') + object('PersistentVolumeClaim', 'data'), volume('persistentVolumeClaim: { claimName: data }') + object('PersistentVolumeClaim', 'date'), 'spec.volumes[0].persistentVolumeClaim.claimName'],
  ['an account', podOf('serviceAccountName: web') + object('ServiceAccount', 'web'), podOf('serviceAccountName: web') + object('ServiceAccount', 'web', 'stock'), 'spec.serviceAccountName'],
], complete);

itTellsApart(rule, [
  ['the key of a variable', env('name: web, key: color') + map, env('name: web, key: colour') + map, 'spec.containers[0].env[0].valueFrom.configMapKeyRef.key'],
  ['the key of a volume', volume('configMap: { name: web, items: [{ key: color, path: c }] }') + map, volume('configMap: { name: web, items: [{ key: colour, path: c }] }') + map, 'spec.volumes[0].configMap.items[0].key'],
]);

it('needs no object that is optional, or that every namespace has', () => {
  expect(findingsOf(rule, env('name: web, key: color, optional: true'), complete)).toEqual([]);
  expect(findingsOf(rule, podOf('containers: []'), complete)).toEqual([]);
});

it('does not judge objects that may be elsewhere', () => {
  expect(findingsOf(rule, env('name: wbe, key: color') + map)).toEqual([]);
});
