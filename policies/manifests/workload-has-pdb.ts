import { exampleDeployment } from '../examples';
import { requirementsOf } from '../label-selector';
import { groupKindOf, namespaceOf } from '../manifest';
import { isFields, valueAt } from '../narrow';
import type { PodTemplate } from '../pod-template';
import type { Rule } from '../policy';
import { exampleBudget } from '../relation-examples';
import { autoscalersByTarget, replicaFloor } from '../replicas';
import type { ObjectStore } from '../store';

const REPLICATED = new Set(['apps/Deployment', 'apps/StatefulSet']);

/** The API group and kind of a PodDisruptionBudget, in all its versions. */
export const BUDGET = 'policy/PodDisruptionBudget';

/** The pods that each budget protects. An empty selector means all of the namespace, a missing one none. */
export function podsWithBudget(store: ObjectStore): ReadonlySet<PodTemplate> {
  return new Set(
    store.ofKind(BUDGET).flatMap(({ object }) => {
      const selector = valueAt(object, 'spec', 'selector');
      return isFields(selector) ? store.findPods(namespaceOf(object), requirementsOf(selector)) : [];
    }),
  );
}

/** A workload of several pods has a budget, so that not all are evicted at once. */
export const workloadHasPdb: Rule = {
  id: 'workload-has-pdb',
  title: 'A workload of several pods has a PodDisruptionBudget',
  why: 'When nodes are drained, for an upgrade or to save money, all pods may be evicted at the same moment.',
  good: exampleDeployment('replicas: 3') + exampleBudget('maxUnavailable: 1'),
  bad: exampleDeployment('replicas: 3'),
  remedy: 'Add a PodDisruptionBudget whose selector matches the labels of the pods.',
  *check(store) {
    const autoscalers = autoscalersByTarget(store);
    const covered = podsWithBudget(store);
    for (const pod of store.podTemplates()) {
      if (!REPLICATED.has(groupKindOf(pod.owner.object)) || covered.has(pod)) continue;
      const { least, path, value } = replicaFloor(pod.owner, autoscalers.get(pod.owner));
      if (!(least > 1)) continue;
      yield { object: pod.owner, path: autoscalers.has(pod.owner) ? 'metadata.name' : path, received: autoscalers.has(pod.owner) ? pod.owner.object.metadata.name : value, message: `no PodDisruptionBudget selects its pods, of which there are at least ${least}` };
    }
  },
};
