import { exampleAutoscaler } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { hpaTargetExists as rule } from './hpa-target-exists';

itIsARule(rule);

const target = (kind: string, name: string, namespace = 'shop', apiVersion = 'apps/v1'): string => `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: ${name}, namespace: ${namespace} } }\n`;
const hpa = exampleAutoscaler('maxReplicas: 9');
const path = 'spec.scaleTargetRef.name';

itTellsApart(rule, [
  ['another name', target('Deployment', 'web') + hpa, target('Deployment', 'wbe') + hpa, path],
  ['another kind', target('Deployment', 'web') + hpa, target('StatefulSet', 'web') + hpa, path],
  ['another namespace', target('Deployment', 'web') + hpa, target('Deployment', 'web', 'stock') + hpa, path],
  ['another API group', target('Deployment', 'web') + hpa, target('Deployment', 'web', 'shop', 'example.com/v1') + hpa, path],
]);

it('judges kinds of other controllers only where the set is complete', () => {
  const rollout = hpa.replace('apps/v1, kind: Deployment', 'argoproj.io/v1alpha1, kind: Rollout');
  expect(findingsOf(rule, rollout)).toEqual([]);
  expect(findingsOf(rule, rollout, { complete: true })).toHaveLength(1);
});
