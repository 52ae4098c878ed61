import { runningContainersOf, type PodContainer } from '../containers';
import { exampleDeployment } from '../examples';
import type { ManifestObject } from '../manifest';
import { isFields, listOf, textOf, valueAt } from '../narrow';
import { podTemplateOf } from '../pod-template';
import type { Rule } from '../policy';
import { exampleAutoscaler } from '../relation-examples';
import { AUTOSCALER, scaleTargetOf } from '../scale-target';
import { suggestion } from '../suggestion';

/** A metric that is a share of what containers request. */
interface UtilizationMetric {
  readonly path: string;
  readonly resource: string;
  /** Undefined for one over all containers of a pod. */
  readonly container: string | undefined;
}

function utilizationMetrics(autoscaler: ManifestObject): readonly UtilizationMetric[] {
  // autoscaling/v1 knows this one metric alone.
  if (typeof valueAt(autoscaler, 'spec', 'targetCPUUtilizationPercentage') === 'number') {
    return [{ path: 'spec.targetCPUUtilizationPercentage', resource: 'cpu', container: undefined }];
  }
  return listOf(valueAt(autoscaler, 'spec', 'metrics')).flatMap((metric, index) => {
    const [field, source] = (['resource', 'containerResource'] as const).map((name) => [name, valueAt(metric, name)] as const).find(([, value]) => isFields(value)) ?? [];
    const resource = textOf(valueAt(source, 'name'));
    if (field === undefined || resource === undefined || valueAt(source, 'target', 'type') !== 'Utilization') return [];
    return [{ path: `spec.metrics[${index}].${field}`, resource, container: textOf(valueAt(source, 'container')) }];
  });
}

/** A request that is left out is as high as the limit. */
function requests({ fields }: PodContainer, resource: string): boolean {
  return ['requests', 'limits'].some((kind) => (valueAt(fields, 'resources', kind, resource) ?? undefined) !== undefined);
}

/** Injected by the mesh, so that the pod template does not have it. */
const SIDECAR = 'istio-proxy';

function faultOf({ resource, container }: UtilizationMetric, containers: readonly PodContainer[], podRequests: boolean): string | undefined {
  const nameOf = ({ fields }: PodContainer): string => textOf(fields['name']) ?? '';
  if (container === undefined) {
    const lacking = podRequests ? undefined : containers.find((candidate) => !requests(candidate, resource));
    return lacking && `container ${nameOf(lacking)} of the target requests no ${resource}, of which this is a share`;
  }
  const named = containers.find((candidate) => nameOf(candidate) === container);
  if (named) return requests(named, resource) ? undefined : `container ${container} of the target requests no ${resource}, of which this is a share`;
  return container === SIDECAR ? undefined : `the target has no container ${container}${suggestion(container, containers.map(nameOf))}`;
}

/** What an autoscaler takes for 100 % is requested by the containers. */
export const hpaResourceRequested: Rule = {
  id: 'hpa-resource-requested',
  title: 'An autoscaler by utilization has requests to divide by',
  why: 'Utilization is usage over request. Of a container without a request it is unknown, and the autoscaler stands still (FailedGetResourceMetric).',
  good: exampleDeployment('').replace('ports:', 'resources: { requests: { cpu: 100m } }, ports:') + exampleAutoscaler('maxReplicas: 9\n  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]'),
  bad: exampleDeployment('') + exampleAutoscaler('maxReplicas: 9\n  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]'),
  remedy: 'Give every container a request for the resource, or scale by AverageValue.',
  *check(store) {
    for (const autoscaler of store.ofKind(AUTOSCALER)) {
      const target = scaleTargetOf(autoscaler.object);
      const workload = target && store.find(target.groupKind, target.namespace, target.name);
      const pod = workload && podTemplateOf(workload);
      if (!pod) continue;
      const containers = [...runningContainersOf(pod)];
      for (const metric of utilizationMetrics(autoscaler.object)) {
        const message = faultOf(metric, containers, valueAt(pod.spec, 'resources', 'requests', metric.resource) !== undefined);
        if (message !== undefined) yield { object: autoscaler, path: metric.path, received: metric.container ?? metric.resource, message };
      }
    }
  },
};
