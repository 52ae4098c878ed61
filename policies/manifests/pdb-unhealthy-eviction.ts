import { exampleDeployment } from '../examples';
import { valueAt } from '../narrow';
import type { Rule } from '../policy';
import { exampleBudget } from '../relation-examples';
import { BUDGET } from './workload-has-pdb';

/** A budget lets pods be evicted that do not serve anyway. */
export const pdbUnhealthyEviction: Rule = {
  id: 'pdb-unhealthy-eviction',
  title: 'A PodDisruptionBudget does not protect broken pods',
  why: 'By default a pod that never becomes ready may not be evicted while the budget is used up: one broken Deployment stops the drain of its node.',
  good: exampleDeployment('replicas: 3') + exampleBudget('maxUnavailable: 1\n  unhealthyPodEvictionPolicy: AlwaysAllow'),
  bad: exampleDeployment('replicas: 3') + exampleBudget('maxUnavailable: 1'),
  remedy: 'Set unhealthyPodEvictionPolicy: AlwaysAllow.',
  *check(store) {
    for (const budget of store.ofKind(BUDGET)) {
      const received = valueAt(budget.object, 'spec', 'unhealthyPodEvictionPolicy') ?? undefined;
      if (received !== undefined) continue;
      yield { object: budget, path: 'spec.unhealthyPodEvictionPolicy', received, message: 'must be a stated choice' };
    }
  },
};
