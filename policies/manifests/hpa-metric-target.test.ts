import { exampleAutoscaler } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { hpaMetricTarget as rule } from './hpa-metric-target';

itIsARule(rule);

const metric = (type: string, field: string, target: string): string => exampleAutoscaler(`maxReplicas: 9\n  metrics: [{ type: ${type}, ${field}: { target: ${target} } }]`);
const utilization = '{ type: Utilization, averageUtilization: 70 }';
const average = '{ type: AverageValue, averageValue: 100 }';
const value = '{ type: Value, value: 100 }';

itTellsApart(rule, [
  ['a utilization of pods', metric('Pods', 'pods', average), metric('Pods', 'pods', utilization), 'spec.metrics[0].pods.target'],
  ['a value of a resource', metric('Resource', 'resource', utilization), metric('Resource', 'resource', value), 'spec.metrics[0].resource.target'],
  ['a value of a resource of a container', metric('ContainerResource', 'containerResource', average), metric('ContainerResource', 'containerResource', value), 'spec.metrics[0].containerResource.target'],
  ['a utilization of an object', metric('Object', 'object', value), metric('Object', 'object', utilization), 'spec.metrics[0].object.target'],
  ['a utilization of something external', metric('External', 'external', average), metric('External', 'external', utilization), 'spec.metrics[0].external.target'],
  ['two targets', metric('Resource', 'resource', utilization), metric('Resource', 'resource', '{ type: Utilization, averageUtilization: 70, averageValue: 1 }'), 'spec.metrics[0].resource.target'],
  ['no target', metric('Pods', 'pods', average), metric('Pods', 'pods', '{ type: AverageValue }'), 'spec.metrics[0].pods.target'],
  ['a target that is missing', metric('Pods', 'pods', average), metric('Pods', 'pods', 'null'), 'spec.metrics[0].pods.target'],
]);

it('leaves a type that does not exist to the schema', () => {
  expect(findingsOf(rule, metric('Pod', 'pods', utilization))).toEqual([]);
});
