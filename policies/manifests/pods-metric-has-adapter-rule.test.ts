import { findingsOf, itIsARule } from '../rule-testing';
import { podsMetricHasAdapterRule as rule } from './pods-metric-has-adapter-rule';

itIsARule(rule);

const autoscaler = (metric: string): string => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  maxReplicas: 9
  metrics:
    - { type: ContainerResource, containerResource: { name: cpu, container: web, target: { type: Utilization, averageUtilization: 70 } } }
    - ${metric}
`;
const pods = (name: string): string => autoscaler(`{ type: Pods, pods: { metric: { name: ${name} }, target: { type: AverageValue, averageValue: 100 } } }`);
const configMap = (key: string, text: string): string => `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: adapter, namespace: monitoring }
data: { ${key}: ${JSON.stringify(text)} }
`;
const rate = '{ seriesQuery: http_requests_total, resources: { template: "<<.Resource>>" }, name: { matches: "^(.*)_total$", as: "${1}_per_second" } }';
const adapter = configMap('config.yaml', `rules: [${rate}]`);

it('points at the metric that no rule yields, and says which are yielded', () => {
  const [finding] = findingsOf(rule, pods('http_request_per_second') + adapter);
  expect(finding).toMatchObject({ path: 'spec.metrics[1].pods.metric.name', received: '"http_request_per_second"' });
  expect(finding?.message).toBe(
    'no prometheus-adapter rule yields this metric, did you mean "http_requests_per_second"?; they yield http_requests_per_second',
  );
  expect(findingsOf(rule, pods('http_requests_per_second') + adapter)).toEqual([]);
});

it('says that there is no adapter configuration at all', () => {
  const [finding] = findingsOf(rule, pods('http_requests_per_second'));
  expect(finding?.message).toContain('no ConfigMap');
});

it('does not take other ConfigMaps, or broken ones, for an adapter configuration', () => {
  for (const other of [configMap('other.yaml', `rules: [${rate}]`), configMap('config.yaml', 'seriesQuery: ['), configMap('config.yaml', 'rules: seriesQuery')]) {
    expect(findingsOf(rule, pods('http_requests_per_second') + other)[0]?.message).toContain('no ConfigMap');
    expect(findingsOf(rule, pods('http_requests_per_second') + other + adapter)).toEqual([]);
  }
});

it('leaves metrics of other types alone', () => {
  const target = 'target: { type: Value, value: 1 }';
  expect(findingsOf(rule, autoscaler(`{ type: External, external: { metric: { name: queue }, ${target} } }`))).toEqual([]);
  expect(findingsOf(rule, autoscaler(`{ type: Pods, pods: { metric: { name: queue }, ${target} } }`))).toHaveLength(1);
});

it('reports every autoscaler that reads the metric', () => {
  expect(findingsOf(rule, `${pods('other')}---${pods('other')}---${pods('http_requests_per_second')}${adapter}`)).toHaveLength(2);
});
