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
