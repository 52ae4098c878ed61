import { exampleBudget } from '../relation-examples';
import { itIsARule, itTellsApart } from '../rule-testing';
import { pdbUnhealthyEviction as rule } from './pdb-unhealthy-eviction';

itIsARule(rule, {}, 'warning');

itTellsApart(rule, [
  ['a choice that is not made', exampleBudget('maxUnavailable: 1\n  unhealthyPodEvictionPolicy: IfHealthyBudget'), exampleBudget('maxUnavailable: 1'), 'spec.unhealthyPodEvictionPolicy'],
  ['one that is made empty', exampleBudget('unhealthyPodEvictionPolicy: AlwaysAllow'), exampleBudget('unhealthyPodEvictionPolicy:'), 'spec.unhealthyPodEvictionPolicy'],
]);
