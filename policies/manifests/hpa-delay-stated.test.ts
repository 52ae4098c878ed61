import { exampleAutoscaler } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { hpaDelayStated as rule } from './hpa-delay-stated';

itIsARule(rule, {}, 'warning');

const scaler = (behavior: string, bounds = 'minReplicas: 3\n  maxReplicas: 100'): string => exampleAutoscaler(`${bounds}\n  behavior: { ${behavior} }`);
const down = (select: string, policies = '[{ type: Percent, value: 10, periodSeconds: 60 }, { type: Pods, value: 2, periodSeconds: 60 }]', more = ''): string =>
  scaler(`scaleDown: { selectPolicy: ${select}, policies: ${policies}${more} }`);
const stated = (text: string, annotation: string): string => text.replace('namespace: shop', `namespace: shop, annotations: { rechain.network/${annotation}: "slow on purpose" }`);
const fall = 'spec.behavior.scaleDown.policies';
const rise = 'spec.behavior.scaleUp.stabilizationWindowSeconds';

itTellsApart(rule, [
  ['the smaller of two slow policies', down('Max'), down('Min'), fall],
  ['one pod in five minutes', scaler('scaleDown: { policies: [{ type: Pods, value: 30, periodSeconds: 300 }] }'), scaler('scaleDown: { policies: [{ type: Pods, value: 3, periodSeconds: 300 }] }'), fall],
  ['a window that makes it too long', down('Max'), down('Max', undefined, ', stabilizationWindowSeconds: 900'), fall],
  ['a large fleet, not a small one', scaler('scaleDown: { policies: [{ type: Pods, value: 1, periodSeconds: 60 }] }', 'maxReplicas: 9'), scaler('scaleDown: { policies: [{ type: Pods, value: 1, periodSeconds: 60 }] }', 'maxReplicas: 90'), fall],
  ['a delay that nobody states', stated(down('Min'), 'scale-down'), down('Min'), fall],
  ['a statement about the other direction', stated(down('Min'), 'scale-down'), stated(down('Min'), 'scale-up'), fall],
  ['a window before a rise', scaler('scaleUp: { stabilizationWindowSeconds: 0 }'), scaler('scaleUp: { stabilizationWindowSeconds: 60 }'), rise],
  ['a window before a rise that nobody states', stated(scaler('scaleUp: { stabilizationWindowSeconds: 60 }'), 'scale-up'), scaler('scaleUp: { stabilizationWindowSeconds: 60 }'), rise],
]);

it('says how long the fleet takes to shrink', () => {
  expect(findingsOf(rule, down('Min'))[0]?.message).toContain('from 100 to 3 pods takes 57 minutes');
  expect(findingsOf(rule, down('Max', undefined, ', stabilizationWindowSeconds: 1800'))[0]?.message).toContain('takes 52 minutes');
  const step = 'scaleDown: { stabilizationWindowSeconds: 1800, policies: [{ type: Pods, value: 1, periodSeconds: 60 }] }';
  expect(findingsOf(rule, scaler(step, 'maxReplicas: 2'))[0]?.message).toContain('from 2 to 1 pods takes 31 minutes');
  expect(findingsOf(rule, down('Max', '[{ type: Percent, value: 1, periodSeconds: 1800 }]'))[0]?.message).toContain('more than six hours');
});

it('does not judge what the API server refuses', () => {
  expect(findingsOf(rule, down('Min', '[{ type: Pods, value: x, periodSeconds: 60 }]'))).toEqual([]);
  expect(findingsOf(rule, scaler('scaleDown: { policies: [{ type: Pods, value: 1, periodSeconds: 600 }] }', 'maxReplicas: 1'))).toEqual([]);
});
