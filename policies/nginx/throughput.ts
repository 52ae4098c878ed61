import { fleetsOf } from '../fleet';
import { requireLabels } from '../label-selector';
import { namespaceOf, type SourcedObject } from '../manifest';
import { listOf, textOf, valueAt } from '../narrow';
import { quantityOf } from '../quantity';
import { autoscalersByTarget, replicaFloor } from '../replicas';
import type { ObjectStore } from '../store';

/** A range from what a fleet is at its smallest to what it is at its largest. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** Requests a second for which a pod is scaled, by the name of the metric; undefined where its autoscaler counts none. */
function requestsPerPod(autoscaler: SourcedObject | undefined): number | undefined {
  const targets = listOf(valueAt(autoscaler?.object, 'spec', 'metrics')).flatMap((metric) => {
    const name = textOf(valueAt(metric, 'pods', 'metric', 'name')) ?? '';
    const target = quantityOf(valueAt(metric, 'pods', 'target', 'averageValue'));
    return /request/.test(name) && /per_second|rate|rps/.test(name) && target > 0 ? [target] : [];
  });
  return targets.length === 0 ? undefined : Math.min(...targets);
}

/** Fleets by their workload: how many pods, and how many requests a second they are scaled for. */
export class Fleets {
  private readonly byWorkload = new Map<SourcedObject, { readonly pods: Range; readonly perPod: number | undefined }>();
  private readonly byConfigMap: ReadonlyMap<string, Range>;

  constructor(private readonly store: ObjectStore) {
    const autoscalers = autoscalersByTarget(store);
    for (const { pod: { owner }, most } of fleetsOf(store)) {
      const autoscaler = autoscalers.get(owner);
      this.byWorkload.set(owner, { pods: { least: replicaFloor(owner, autoscaler).least, most }, perPod: requestsPerPod(autoscaler) });
    }
    this.byConfigMap = this.countByConfigMap();
  }

  /** Requests a second that the pods behind a Service are scaled for; undefined where that is not known of all. */
  throughputOf(service: SourcedObject): Range | undefined {
    const selector = requireLabels(valueAt(service.object, 'spec', 'selector'));
    const pods = selector.length === 0 ? [] : this.store.findPods(namespaceOf(service.object), selector);
    let [least, most] = [0, 0];
    for (const { owner } of pods) {
      const fleet = this.byWorkload.get(owner);
      if (fleet?.perPod === undefined) return undefined;
      least += fleet.pods.least * fleet.perPod;
      most += fleet.pods.most * fleet.perPod;
    }
    return pods.length === 0 || Number.isNaN(least) ? undefined : { least, most };
  }

  /** How many pods have a ConfigMap as a volume; one at least, and without end, where none is seen to. */
  replicasWith(configMap: SourcedObject): Range {
    return this.byConfigMap.get(`${namespaceOf(configMap.object)}/${configMap.object.metadata.name}`) ?? { least: 1, most: Number.POSITIVE_INFINITY };
  }

  private countByConfigMap(): ReadonlyMap<string, Range> {
    const counts = new Map<string, Range>();
    for (const { owner, namespace, spec } of this.store.podTemplates()) {
      const fleet = this.byWorkload.get(owner);
      const names = new Set(listOf(spec['volumes']).map((volume) => textOf(valueAt(volume, 'configMap', 'name'))));
      for (const name of names) {
        const counted = counts.get(`${namespace}/${name}`) ?? { least: 0, most: 0 };
        if (fleet && name !== undefined) counts.set(`${namespace}/${name}`, { least: counted.least + fleet.pods.least, most: counted.most + fleet.pods.most });
      }
    }
    return counts;
  }
}
