import { exampleDeployment } from '../examples';
import type { Rule } from '../policy';
import { replicaFloors } from '../replicas';

/** A Deployment that serves, and whatever is scaled, has two pods or more. */
export const twoReplicas: Rule = {
  id: 'two-replicas',
  title: 'Serving Deployments, and what is scaled, have two replicas',
  why: 'The loss of one pod, or the drain of its node, is an outage.',
  good: exampleDeployment('replicas: 2'),
  bad: exampleDeployment('replicas: 1'),
  remedy: 'Set replicas to 2 or more, or better let an autoscaler have that as its minReplicas.',
  *check(store) {
    for (const { object, path, value, least } of replicaFloors(store)) {
      if (least < 2) yield { object, path, received: value, message: 'must be 2 or more' };
    }
  },
};
