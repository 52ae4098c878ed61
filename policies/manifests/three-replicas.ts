import { exampleDeployment } from '../examples';
import type { Rule } from '../policy';
import { replicaFloors } from '../replicas';

/** A Deployment that serves, and whatever is scaled, has three pods or more. */
export const threeReplicas: Rule = {
  id: 'three-replicas',
  title: 'Serving Deployments, and what is scaled, have three replicas',
  why: 'With two, a crash during a drain is an outage, and one of the three usual zones has none.',
  good: exampleDeployment('replicas: 3'),
  bad: exampleDeployment('replicas: 2'),
  remedy: 'Set replicas, or the minReplicas of the autoscaler, to 3 or more.',
  *check(store) {
    for (const { object, path, value, least } of replicaFloors(store)) {
      // Fewer are an error of their own.
      if (least === 2) yield { object, path, received: value, message: 'is better 3 or more' };
    }
  },
};
