import { isUnset, type Setting } from './containers';
import { numberOf, valueAt } from './narrow';
import { servedPods } from './served-pods';
import { AUTOSCALER, scaleTargetOf } from './scale-target';
import { groupKindOf, type SourcedObject } from './manifest';
import type { ObjectStore } from './store';

/** How many pods of a workload run at least, and where that is written. */
export interface ReplicaFloor extends Setting {
  readonly least: number;
  /** The autoscaler where there is one, else the workload. */
  readonly object: SourcedObject;
}

/** The autoscaler of each workload of the set that has one; the first of several. */
export function autoscalersByTarget(store: ObjectStore): ReadonlyMap<SourcedObject, SourcedObject> {
  const byTarget = new Map<SourcedObject, SourcedObject>();
  for (const autoscaler of store.ofKind(AUTOSCALER)) {
    const target = scaleTargetOf(autoscaler.object);
    const workload = target && store.find(target.groupKind, target.namespace, target.name);
    if (workload && !byTarget.has(workload)) byTarget.set(workload, autoscaler);
  }
  return byTarget;
}

/** The least number of pods of a workload; left out it is 1. */
export function replicaFloor(workload: SourcedObject, autoscaler: SourcedObject | undefined): ReplicaFloor {
  const [object, field] = autoscaler ? [autoscaler, 'minReplicas'] : [workload, 'replicas'];
  const value = valueAt(object.object, 'spec', field);
  return { object, path: `spec.${field}`, value, least: isUnset(value) ? 1 : numberOf(value) };
}

/**
 * The floors of the Deployments that serve, and of all that is scaled automatically. What is scaled to 0 is switched off, and how
 * many pods a StatefulSet has depends on what it stores.
 */
export function* replicaFloors(store: ObjectStore): Iterable<ReplicaFloor> {
  const autoscalers = autoscalersByTarget(store);
  for (const { owner } of servedPods(store)) {
    if (groupKindOf(owner.object) !== 'apps/Deployment' || autoscalers.has(owner)) continue;
    const floor = replicaFloor(owner, undefined);
    if (floor.least !== 0) yield floor;
  }
  for (const autoscaler of store.ofKind(AUTOSCALER)) {
    const floor = replicaFloor(autoscaler, autoscaler);
    if (floor.least !== 0) yield floor;
  }
}
