import type { Setting } from './containers';
import { groupKindOf, type SourcedObject } from './manifest';
import { numberOf, textOf, valueAt } from './narrow';
import { podTemplateOf, type PodTemplate } from './pod-template';
import { autoscalersByTarget } from './replicas';
import type { ObjectStore } from './store';

/** A workload whose pods stay, with the most that there are of them, and where that is written. */
export interface Fleet extends Setting {
  readonly pod: PodTemplate;
  /** Its autoscaler's maximum, else its replicas; 0 where that is no number. A rolling update may add to it. */
  readonly most: number;
  /** The autoscaler where there is one, else the workload. */
  readonly object: SourcedObject;
}

const SCALED = ['apps/Deployment', 'apps/StatefulSet', 'apps/ReplicaSet', 'ReplicationController'];

/** `value` where it is a number above 0, else 0: what is not known is no need. */
export function atLeastZero(value: number): number {
  return Number.isFinite(value) && value > 0 ? value : 0;
}

/** Every workload that runs until it is taken away. Of a DaemonSet the nodes decide how many pods there are. */
export function fleetsOf(store: ObjectStore): readonly Fleet[] {
  const autoscalers = autoscalersByTarget(store);
  const scaled = SCALED.flatMap((kind) => store.ofKind(kind)).flatMap((workload): Fleet[] => {
    const pod = podTemplateOf(workload);
    if (!pod) return [];
    const autoscaler = autoscalers.get(workload);
    const [object, field] = autoscaler ? [autoscaler, 'maxReplicas'] : [workload, 'replicas'];
    const value = valueAt(object.object, 'spec', field);
    return [{ pod, object, path: `spec.${field}`, value, most: !autoscaler && (value === undefined || value === null) ? 1 : atLeastZero(numberOf(value)) }];
  });
  const single = store.ofKind('Pod').flatMap((object): Fleet[] => {
    const pod = podTemplateOf(object);
    return pod ? [{ pod, object, path: '', value: undefined, most: 1 }] : [];
  });
  return [...scaled, ...single];
}

/** Kubernetes's own for a Deployment that says nothing. */
const DEFAULT_SURGE = '25%';

/** Pods that a rolling update adds to so many of a Deployment, at most; a percentage rounds up. */
export function surgeOf({ owner }: PodTemplate, pods: number): number {
  if (groupKindOf(owner.object) !== 'apps/Deployment' || valueAt(owner.object, 'spec', 'strategy', 'type') === 'Recreate') return 0;
  const surge = valueAt(owner.object, 'spec', 'strategy', 'rollingUpdate', 'maxSurge') ?? DEFAULT_SURGE;
  const percent = /^(\d+)%$/.exec(textOf(surge) ?? '')?.[1];
  return percent === undefined ? atLeastZero(numberOf(surge)) : Math.ceil((pods * Number(percent)) / 100);
}
