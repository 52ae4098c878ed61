import { exampleDeployment } from '../examples';
import { isUnset } from '../containers';
import type { SourcedObject } from '../manifest';
import { isFields, listOf, textOf, valueAt } from '../narrow';
import type { Report, Rule } from '../policy';
import { exampleAutoscaler } from '../relation-examples';
import { AUTOSCALER } from '../scale-target';

/** The target fields that the API server takes for each type of metric, exactly one of them (ValidateHorizontalPodAutoscaler). */
const TARGETS: Readonly<Record<string, { readonly field: string; readonly targets: readonly string[] }>> = {
  Resource: { field: 'resource', targets: ['averageUtilization', 'averageValue'] },
  ContainerResource: { field: 'containerResource', targets: ['averageUtilization', 'averageValue'] },
  Pods: { field: 'pods', targets: ['averageValue'] },
  Object: { field: 'object', targets: ['value', 'averageValue'] },
  External: { field: 'external', targets: ['value', 'averageValue'] },
};
const FIELDS = ['averageUtilization', 'averageValue', 'value'] as const;

function* reportsOf(autoscaler: SourcedObject): Iterable<Report> {
  for (const [index, metric] of listOf(valueAt(autoscaler.object, 'spec', 'metrics')).entries()) {
    const type = textOf(valueAt(metric, 'type')) ?? '';
    const allowed = TARGETS[type];
    if (!allowed) continue;
    const path = `spec.metrics[${index}].${allowed.field}`;
    const target = valueAt(metric, allowed.field, 'target');
    if (!isFields(target)) {
      yield { object: autoscaler, path: `${path}.target`, received: target, message: `must be given for a metric of type ${type}` };
      continue;
    }
    const given = FIELDS.filter((field) => !isUnset(target[field]));
    const [first] = given;
    if (given.length === 1 && first && allowed.targets.includes(first)) continue;
    yield { object: autoscaler, path: `${path}.target`, received: target, message: `must have ${allowed.targets.join(' or ')}, and nothing beside it: that is what a metric of type ${type} is compared with` };
  }
}

const pods = (target: string): string => exampleDeployment('') + exampleAutoscaler(`maxReplicas: 9\n  metrics: [{ type: Pods, pods: { metric: { name: requests_per_second }, target: ${target} } }]`);

/** Each metric of an autoscaler has the kind of target that its type is compared with. */
export const hpaMetricTarget: Rule = {
  id: 'hpa-metric-target',
  title: 'A metric of an autoscaler has a target of its kind',
  why: 'Only resources have a utilization, since only they are requested. The API server refuses the autoscaler, so that the workload is not scaled at all; the schema does not show it.',
  good: pods('{ type: AverageValue, averageValue: "100" }'),
  bad: pods('{ type: Utilization, averageUtilization: 70 }'),
  remedy: 'Resource and ContainerResource: averageUtilization or averageValue; Pods: averageValue; Object and External: value or averageValue.',
  *check(store) {
    for (const autoscaler of store.ofKind(AUTOSCALER)) yield* reportsOf(autoscaler);
  },
};
