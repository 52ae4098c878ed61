import { checkManifests } from '../policy';
import { findingsOf, itIsARule, objectsIn } from '../rule-testing';
import { uniqueObject as rule } from './unique-object';

itIsARule(rule);

const object = (apiVersion: string, kind: string, metadata: string): string => `
---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { ${metadata} }
`;

it('points at the later object, and names the file of the first', () => {
  const [first, second] = objectsIn(rule.bad);
  if (!first || !second) throw new Error('the example holds two objects');
  const objects = [{ ...first, source: 'first.yaml' }, { ...second, source: 'second.yaml' }];
  const [finding] = checkManifests(objects, { preset: [{ rule, severity: 'error' }], context: {} });
  expect(finding).toMatchObject({ file: 'second.yaml', path: 'metadata.name', received: '"web"' });
  expect(finding?.message).toContain('first.yaml');
});

it('knows an object again in another version of its API group', () => {
  const twins = object('autoscaling/v1', 'HorizontalPodAutoscaler', 'name: a') + object('autoscaling/v2', 'HorizontalPodAutoscaler', 'name: a');
  expect(findingsOf(rule, twins)).toHaveLength(1);
});

it('tells API groups, kinds and names apart', () => {
  expect(findingsOf(rule, object('v1', 'Service', 'name: a') + object('serving.knative.dev/v1', 'Service', 'name: a'))).toEqual([]);
  expect(findingsOf(rule, object('v1', 'Service', 'name: a') + object('v1', 'ConfigMap', 'name: a'))).toEqual([]);
  expect(findingsOf(rule, object('v1', 'Service', 'name: a') + object('v1', 'Service', 'name: b'))).toEqual([]);
});

it('finds twins of a cluster-scoped kind', () => {
  expect(findingsOf(rule, object('v1', 'Namespace', 'name: a') + object('v1', 'Namespace', 'name: a'))).toHaveLength(1);
});
