import { exampleDeployment } from '../examples';
import { formatRequirements, requirementsOf, selects, type Requirement } from '../label-selector';
import { namespaceOf, type SourcedObject } from '../manifest';
import { isFields, valueAt } from '../narrow';
import type { PodTemplate } from '../pod-template';
import type { Rule } from '../policy';
import { exampleAutoscaler } from '../relation-examples';
import { autoscalersByTarget } from '../replicas';
import type { ObjectStore } from '../store';

const two = (labels: string): string => {
  const other = exampleDeployment('').replace('name: web, namespace', 'name: web-premium, namespace').replaceAll('{ app: web }', labels);
  return `${exampleDeployment('').replaceAll('{ app: web }', '{ app: web, tier: standard }')}---${other}${exampleAutoscaler('maxReplicas: 9')}${exampleAutoscaler('maxReplicas: 9').replaceAll('name: web', 'name: web-premium')}`;
};

const isByLabel = ({ operator }: Requirement): boolean => operator === 'In' || operator === 'Exists';

/** Which autoscaler measured each pod first. */
class MeasuredPods {
  private readonly firstByPod = new Map<PodTemplate, SourcedObject>();
  /** By namespace and the labels that selectors want: all pods that have these, and those of them that nobody measured yet. */
  private readonly lists = new Map<string, { readonly all: readonly PodTemplate[]; free: readonly PodTemplate[] }>();

  constructor(private readonly store: ObjectStore) {}

  /**
   * The autoscaler that measures some of these pods already; those that are left are now those of `autoscaler`. Selectors may want the
   * same labels and differ in what they refuse: to go through all pods for each is quadratic.
   */
  measure(namespace: string, requirements: readonly Requirement[], autoscaler: SourcedObject): SourcedObject | undefined {
    const list = this.listOf(namespace, requirements.filter(isByLabel));
    const shared = list.all.find((pod) => this.firstByPod.has(pod) && selects(requirements, pod.labels));
    const other = shared && this.firstByPod.get(shared);
    list.free = list.free.filter((pod) => !this.firstByPod.has(pod));
    for (const pod of list.free) if (selects(requirements, pod.labels)) this.firstByPod.set(pod, autoscaler);
    return other;
  }

  private listOf(namespace: string, wanted: readonly Requirement[]): { readonly all: readonly PodTemplate[]; free: readonly PodTemplate[] } {
    const key = `${namespace}\n${formatRequirements(wanted)}`;
    const known = this.lists.get(key);
    if (known) return known;
    const all = this.store.findPods(namespace, wanted);
    const list = { all, free: all };
    this.lists.set(key, list);
    return list;
  }
}

/** The pods that the selector of one autoscaler's target finds are those of no other autoscaler. */
export const hpaPodsOfItsOwn: Rule = {
  id: 'hpa-pods-of-its-own',
  title: 'An autoscaler has its pods to itself',
  why: 'An autoscaler measures every pod that the selector of its target finds. Where another one measures the same pods both stop, with the condition AmbiguousSelector.',
  good: two('{ app: web, tier: premium }'),
  bad: two('{ app: web, tier: standard }'),
  remedy: 'Give each workload a selector that finds its own pods alone: a label such as tier in the selector and in the template.',
  *check(store) {
    const measured = new MeasuredPods(store);
    const firstBySelector = new Map<string, SourcedObject>();
    for (const [workload, autoscaler] of autoscalersByTarget(store)) {
      const selector = valueAt(workload.object, 'spec', 'selector');
      const requirements = requirementsOf(selector);
      if (!isFields(selector) || requirements.length === 0) continue;
      const namespace = namespaceOf(workload.object);
      const text = formatRequirements(requirements);
      // Pods that equal selectors find would be gone through again for each of them.
      let other = firstBySelector.get(`${namespace}\n${text}`);
      if (!other) {
        firstBySelector.set(`${namespace}\n${text}`, autoscaler);
        other = measured.measure(namespace, requirements, autoscaler);
      }
      if (!other) continue;
      const { kind, metadata } = workload.object;
      yield { object: autoscaler, path: 'spec.scaleTargetRef.name', received: metadata.name, message: `${kind} ${metadata.name} selects pods (${text}) that HorizontalPodAutoscaler ${other.object.metadata.name} (${other.source}) counts as well` };
    }
  },
};
