import { exampleDeployment } from '../examples';
import { exampleAutoscaler, exampleConfigMap } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { heapBelowMemoryTarget as rule } from './heap-below-memory-target';

itIsARule(rule, {}, 'warning');

const scaler = (metric: string): string => exampleAutoscaler(`maxReplicas: 9\n  metrics: [${metric}]`);
const memory = (percent: number): string => scaler(`{ type: Resource, resource: { name: memory, target: { type: Utilization, averageUtilization: ${percent} } } }`);
const web = (fields: string, resources = 'requests: { memory: 256Mi }'): string => exampleDeployment('').replace('ports:', `resources: { ${resources} }, ${fields}, ports:`);
const variable = (value: string, name = 'NODE_OPTIONS'): string => `env: [{ name: ${name}, value: "${value}" }]`;
const path = 'spec.metrics[0].resource.target.averageUtilization';

itTellsApart(rule, [
  ['a heap without bound', web(variable('--max-old-space-size=96')) + memory(80), web(variable('--enable-source-maps')) + memory(80), path],
  ['a heap as large as the target', web(variable('--max-old-space-size=204')) + memory(80), web(variable('--max-old-space-size=205')) + memory(80), path],
  ['a target that is too low', web(variable('--max-old-space-size=96')) + memory(80), web(variable('--max-old-space-size=96')) + memory(30), path],
  ['a heap of Java', web('args: ["-Xmx128m"]') + memory(80), web('args: ["-Xmx1g"]') + memory(80), path],
  ['a heap of Go', web(variable('100MiB', 'GOMEMLIMIT')) + memory(80), web(variable('1GiB', 'GOMEMLIMIT')) + memory(80), path],
  ['a request that the limit stands for', web('args: ["--max_old_space_size=300"]', 'limits: { memory: 512Mi }') + memory(80), web('args: ["--max_old_space_size=300"]', 'limits: { memory: 256M }') + memory(80), path],
  ['a bound in a ConfigMap',
    web('envFrom: [{ configMapRef: { name: web } }]') + memory(80) + exampleConfigMap('{ NODE_OPTIONS: --max-old-space-size=96 }'),
    web('envFrom: [{ configMapRef: { name: web } }]') + memory(80) + exampleConfigMap('{ NODE_OPTIONS: --max-old-space-size=960 }'), path],
  ['a bound in a key of a ConfigMap',
    web('env: [{ name: JAVA_TOOL_OPTIONS, valueFrom: { configMapKeyRef: { name: web, key: java } } }]') + memory(80) + exampleConfigMap('{ java: -Xmx128M }'),
    web('env: [{ name: JAVA_TOOL_OPTIONS, valueFrom: { configMapKeyRef: { name: web, key: java } } }]') + memory(80) + exampleConfigMap('{ java: -Xmx900M }'), path],
]);

it('judges no other resource, no other container, and no request that it cannot read', () => {
  expect(findingsOf(rule, web('args: []') + memory(80).replace('name: memory', 'name: cpu'))).toEqual([]);
  const container = (name: string): string => scaler(`{ type: ContainerResource, containerResource: { container: ${name}, name: memory, target: { type: Utilization, averageUtilization: 80 } } }`);
  expect(findingsOf(rule, web('args: []') + container('istio-proxy'))).toEqual([]);
  expect(findingsOf(rule, web('args: []') + container('web'))).toHaveLength(1);
  expect(findingsOf(rule, web('args: []', 'requests: { memory: plenty }') + memory(80))).toEqual([]);
});
