import { exampleAutoscaler } from '../relation-examples';
import { itIsARule, itTellsApart } from '../rule-testing';
import { hpaBounds as rule } from './hpa-bounds';

itIsARule(rule);

const path = 'spec.maxReplicas';
itTellsApart(rule, [
  ['bounds that are equal', exampleAutoscaler('minReplicas: 3\n  maxReplicas: 4'), exampleAutoscaler('minReplicas: 3\n  maxReplicas: 3'), path],
  ['a lower bound above the upper one', exampleAutoscaler('minReplicas: 3\n  maxReplicas: 4'), exampleAutoscaler('minReplicas: 5\n  maxReplicas: 4'), path],
  ['no lower bound, which is 1', exampleAutoscaler('maxReplicas: 2'), exampleAutoscaler('maxReplicas: 1'), path],
]);
