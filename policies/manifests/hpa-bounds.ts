import { exampleDeployment } from '../examples';
import { numberOf, valueAt } from '../narrow';
import type { Rule } from '../policy';
import { exampleAutoscaler } from '../relation-examples';
import { AUTOSCALER } from '../scale-target';

/** An autoscaler has room between its bounds. */
export const hpaBounds: Rule = {
  id: 'hpa-bounds',
  title: 'An autoscaler may scale',
  why: 'Between equal bounds nothing is scaled, and with the lower above the upper one the API server refuses the object.',
  good: exampleDeployment('') + exampleAutoscaler('minReplicas: 3\n  maxReplicas: 9'),
  bad: exampleDeployment('') + exampleAutoscaler('minReplicas: 9\n  maxReplicas: 9'),
  remedy: 'Set maxReplicas above minReplicas, or replace the autoscaler by a number of replicas.',
  *check(store) {
    for (const autoscaler of store.ofKind(AUTOSCALER)) {
      const minimum = numberOf(valueAt(autoscaler.object, 'spec', 'minReplicas') ?? 1);
      const received = valueAt(autoscaler.object, 'spec', 'maxReplicas');
      if (!(numberOf(received) <= minimum)) continue;
      yield { object: autoscaler, path: 'spec.maxReplicas', received, message: `must be more than minReplicas, which is ${minimum}` };
    }
  },
};
