import { exampleDeployment } from '../examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { namespaceExists as rule } from './namespace-exists';

itIsARule(rule, { complete: true });

const namespace = '\n---\n{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }\n';
const web = exampleDeployment('');
itTellsApart(rule, [
  ['a namespace that is nowhere', web + namespace, web, 'metadata.namespace'],
  ['a namespace of another name', web + namespace, web + namespace.replace('shop', 'shops'), 'metadata.namespace'],
  ['a namespace that Kubernetes does not make', web.replace('shop', 'kube-system'), web, 'metadata.namespace'],
  ['pods, not an object without any', namespace.replace('Namespace', 'ConfigMap').replace('name: shop', 'name: web, namespace: shop'), web, 'metadata.namespace'],
], { complete: true });

it('does not judge a part of what there is', () => {
  expect(findingsOf(rule, web)).toEqual([]);
});

it('compares a name with few others', () => {
  const namespaces = (count: number): string => Array.from({ length: count }, (_, index) => namespace.replace('shop', `shop-${index}`)).join('');
  const found = (count: number): string | undefined => findingsOf(rule, web + namespaces(count), { complete: true })[0]?.message;
  expect(found(200)).toBe('there is no Namespace of this name, did you mean "shop-0"?');
  expect(found(201)).toBe('there is no Namespace of this name');
});
