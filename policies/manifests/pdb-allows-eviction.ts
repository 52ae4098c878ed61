import { exampleDeployment } from '../examples';
import { requirementsOf } from '../label-selector';
import { groupKindOf, namespaceOf, type SourcedObject } from '../manifest';
import { isFields, numberOf, valueAt } from '../narrow';
import type { Report, Rule } from '../policy';
import { exampleBudget } from '../relation-examples';
import { autoscalersByTarget, replicaFloor } from '../replicas';
import type { ObjectStore } from '../store';
import { BUDGET } from './workload-has-pdb';

/** Kinds whose number of pods is written on them. */
const COUNTED = new Set(['apps/Deployment', 'apps/StatefulSet', 'apps/ReplicaSet', 'ReplicationController']);

/** How many pods a budget has in its care at least; undefined where that is not written. */
function leastPods(store: ObjectStore, budget: SourcedObject, autoscalers: ReadonlyMap<SourcedObject, SourcedObject>): number | undefined {
  const selector = valueAt(budget.object, 'spec', 'selector');
  const pods = isFields(selector) ? store.findPods(namespaceOf(budget.object), requirementsOf(selector)) : [];
  if (pods.length === 0 || pods.some(({ owner }) => !COUNTED.has(groupKindOf(owner.object)))) return undefined;
  const floors = pods.map(({ owner }) => replicaFloor(owner, autoscalers.get(owner)).least);
  const sum = floors.reduce((total, least) => total + least, 0);
  return Number.isNaN(sum) || sum === 0 ? undefined : sum;
}

/** What a number or percentage comes to, rounded up as the disruption controller does. */
function amountOf(value: unknown, pods: number): number {
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value) : null;
  return percent ? Math.ceil((Number(percent[1]) / 100) * pods) : numberOf(value);
}

function judge(budget: SourcedObject, pods: number | undefined): Report | undefined {
  const maxUnavailable = valueAt(budget.object, 'spec', 'maxUnavailable') ?? undefined;
  const minAvailable = valueAt(budget.object, 'spec', 'minAvailable') ?? undefined;
  const report = (path: string, received: unknown, message: string): Report => ({ object: budget, path, received, message });
  if (maxUnavailable !== undefined && minAvailable !== undefined) return report('spec.minAvailable', minAvailable, 'must be left out beside maxUnavailable');
  if (maxUnavailable !== undefined) {
    return amountOf(maxUnavailable, pods ?? 1) === 0 ? report('spec.maxUnavailable', maxUnavailable, 'allows no eviction at all: a node with such a pod cannot be drained') : undefined;
  }
  if (minAvailable === undefined) return report('spec.maxUnavailable', undefined, 'must be set: without it or minAvailable the budget says nothing');
  if (minAvailable === '100%') return report('spec.minAvailable', minAvailable, 'allows no eviction at all: a node with such a pod cannot be drained');
  if (pods === undefined || amountOf(minAvailable, pods) < pods) return undefined;
  return report('spec.minAvailable', minAvailable, `allows no eviction while there are ${pods} pods, as few as there may be`);
}

/** A budget leaves room for one eviction at least. */
export const pdbAllowsEviction: Rule = {
  id: 'pdb-allows-eviction',
  title: 'A PodDisruptionBudget allows an eviction',
  why: 'A budget that allows none stops every drain of a node, and with it every upgrade of the cluster.',
  good: exampleDeployment('replicas: 3') + exampleBudget('minAvailable: 2'),
  bad: exampleDeployment('replicas: 3') + exampleBudget('minAvailable: 3'),
  remedy: 'Use maxUnavailable: 1 or a percentage, which holds whatever the number of pods.',
  *check(store) {
    const autoscalers = autoscalersByTarget(store);
    for (const budget of store.ofKind(BUDGET)) {
      const report = judge(budget, leastPods(store, budget, autoscalers));
      if (report) yield report;
    }
  },
};
