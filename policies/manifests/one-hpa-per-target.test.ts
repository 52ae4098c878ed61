import { findingsOf, itIsARule } from '../rule-testing';
import { oneHpaPerTarget as rule } from './one-hpa-per-target';

itIsARule(rule);

const autoscaler = (name: string, target: string, namespace = 'shop', version = 'v2'): string => `
---
apiVersion: autoscaling/${version}
kind: HorizontalPodAutoscaler
metadata: { name: ${name}, namespace: ${namespace} }
spec: { scaleTargetRef: { ${target} }, maxReplicas: 9 }
`;
const web = 'apiVersion: apps/v1, kind: Deployment, name: web';

it('points at every autoscaler but the first, and names the first', () => {
  const findings = findingsOf(rule, autoscaler('a', web) + autoscaler('b', web) + autoscaler('c', web));
  expect(findings.map(({ name }) => name)).toEqual(['b', 'c']);
  expect(findings[0]).toMatchObject({ path: 'spec.scaleTargetRef.name', received: '"web"' });
  expect(findings[0]?.message).toContain('HorizontalPodAutoscaler a');
});

it('sees through different versions of the autoscaler', () => {
  expect(findingsOf(rule, autoscaler('a', web) + autoscaler('b', web, 'shop', 'v1'))).toHaveLength(1);
});

it('tells targets apart by namespace and kind', () => {
  expect(findingsOf(rule, autoscaler('a', web) + autoscaler('b', web, 'stock'))).toEqual([]);
  expect(findingsOf(rule, autoscaler('a', web) + autoscaler('b', 'apiVersion: apps/v1, kind: StatefulSet, name: web'))).toEqual([]);
});
