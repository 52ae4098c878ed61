import { exampleDeployment } from '../examples';
import { formatRequirements, requirementsOf } from '../label-selector';
import { namespaceOf, type SourcedObject } from '../manifest';
import { isFields, valueAt } from '../narrow';
import type { PodTemplate } from '../pod-template';
import type { Rule } from '../policy';
import { exampleAutoscaler } from '../relation-examples';
import { autoscalersByTarget } from '../replicas';

const two = (labels: string): string => {
  const other = exampleDeployment('').replace('name: web, namespace', 'name: web-premium, namespace').replaceAll('{ app: web }', labels);
  return `${exampleDeployment('').replaceAll('{ app: web }', '{ app: web, tier: standard }')}---${other}${exampleAutoscaler('maxReplicas: 9')}${exampleAutoscaler('maxReplicas: 9').replaceAll('name: web', 'name: web-premium')}`;
};

/** The pods that the selector of one autoscaler's target finds are those of no other autoscaler. */
export const hpaPodsOfItsOwn: Rule = {
  id: 'hpa-pods-of-its-own',
  title: 'An autoscaler has its pods to itself',
  why: 'An autoscaler measures every pod that the selector of its target finds. Where another one measures the same pods both stop, with the condition AmbiguousSelector.',
  good: two('{ app: web, tier: premium }'),
  bad: two('{ app: web, tier: standard }'),
  remedy: 'Give each workload a selector that finds its own pods alone: a label such as tier in the selector and in the template.',
  *check(store) {
    const firstByPod = new Map<PodTemplate, SourcedObject>();
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
        for (const pod of store.findPods(namespace, requirements)) {
          other ??= firstByPod.get(pod);
          if (!firstByPod.has(pod)) firstByPod.set(pod, autoscaler);
        }
      }
      if (!other) continue;
      const { kind, metadata } = workload.object;
      yield { object: autoscaler, path: 'spec.scaleTargetRef.name', received: metadata.name, message: `${kind} ${metadata.name} selects pods (${text}) that HorizontalPodAutoscaler ${other.object.metadata.name} (${other.source}) counts as well` };
    }
  },
};
