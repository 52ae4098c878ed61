import { listOf, valueAt } from '../narrow';
import { exampleDeployment } from '../examples';
import { podTemplateOf } from '../pod-template';
import type { Rule } from '../policy';
import { exampleAutoscaler } from '../relation-examples';
import { AUTOSCALER, scaleTargetOf } from '../scale-target';
import { hasSidecar } from './injection';

const meshed = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---${exampleDeployment('').replace('ports:', 'resources: { requests: { cpu: 100m } }, ports:')}`;

/** An autoscaler of pods with a sidecar looks at their own container. */
export const hpaCountsContainer: Rule = {
  id: 'hpa-counts-container',
  title: 'An autoscaler of pods in the mesh counts their own container',
  why: 'A Resource metric adds the sidecar: its idle requests hide load of the application, and its own load scales a fleet that has nothing to do.',
  good: meshed + exampleAutoscaler('maxReplicas: 9\n  metrics: [{ type: ContainerResource, containerResource: { container: web, name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]'),
  bad: meshed + exampleAutoscaler('maxReplicas: 9\n  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]'),
  remedy: 'Use a ContainerResource metric with the name of the container.',
  *check(store) {
    for (const autoscaler of store.ofKind(AUTOSCALER)) {
      const target = scaleTargetOf(autoscaler.object);
      const workload = target && store.find(target.groupKind, target.namespace, target.name);
      const pod = workload && podTemplateOf(workload);
      if (!pod || !hasSidecar(store, pod)) continue;
      for (const [index, metric] of listOf(valueAt(autoscaler.object, 'spec', 'metrics')).entries()) {
        const type = valueAt(metric, 'type');
        if (type === 'Resource') yield { object: autoscaler, path: `spec.metrics[${index}].type`, received: type, message: 'must be ContainerResource: the pods have a sidecar' };
      }
    }
  },
};
