import { exampleAutoscaler } from '../relation-examples';
import { itIsARule, itTellsApart } from '../rule-testing';
import { hpaBehavior as rule } from './hpa-behavior';

itIsARule(rule);

const behavior = (direction: string, fields: string): string => exampleAutoscaler(`maxReplicas: 9\n  behavior: { ${direction}: { ${fields} } }`);
const policy = (value: number, periodSeconds: number): string => behavior('scaleUp', `policies: [{ type: Pods, value: 1, periodSeconds: 1 }, { type: Percent, value: ${value}, periodSeconds: ${periodSeconds} }]`);

itTellsApart(rule, [
  ['a window that is too long', behavior('scaleUp', 'stabilizationWindowSeconds: 3600'), behavior('scaleUp', 'stabilizationWindowSeconds: 3601'), 'spec.behavior.scaleUp.stabilizationWindowSeconds'],
  ['a window below 0', behavior('scaleDown', 'stabilizationWindowSeconds: 0'), behavior('scaleDown', 'stabilizationWindowSeconds: -1'), 'spec.behavior.scaleDown.stabilizationWindowSeconds'],
  ['a period that is too long', policy(1, 1_800), policy(1, 1_801), 'spec.behavior.scaleUp.policies[1].periodSeconds'],
  ['a period of 0', policy(1, 1), policy(1, 0), 'spec.behavior.scaleUp.policies[1].periodSeconds'],
  ['a policy of 0', policy(1, 15), policy(0, 15), 'spec.behavior.scaleUp.policies[1].value'],
  ['no policies', behavior('scaleDown', 'selectPolicy: Disabled'), behavior('scaleDown', 'policies: []'), 'spec.behavior.scaleDown.policies'],
]);
