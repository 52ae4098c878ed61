import { adapterRulesIn, metricOfSeries, servesMetric, type AdapterRule } from '../adapter-rules';
import type { ManifestObject } from '../manifest';
import { listOf, textOf, valueAt } from '../narrow';
import type { Rule } from '../policy';
import { AUTOSCALER } from '../scale-target';
import type { ObjectStore } from '../store';
import { suggestion } from '../suggestion';

/** The Pods metrics by which an autoscaler scales, each with its place in the list of metrics. */
function podsMetricsOf(autoscaler: ManifestObject): readonly { readonly index: number; readonly name: string }[] {
  return listOf(valueAt(autoscaler, 'spec', 'metrics')).flatMap((metric, index) => {
    const name = textOf(valueAt(metric, 'pods', 'metric', 'name'));
    return name === undefined ? [] : [{ index, name }];
  });
}

/** The rules of every adapter configuration in the set; undefined where there is no configuration. */
function adapterRules(store: ObjectStore): readonly AdapterRule[] | undefined {
  const configurations = store.ofKind('ConfigMap').map(({ object }) => adapterRulesIn(object)).filter((rules) => rules !== undefined);
  return configurations.length === 0 ? undefined : configurations.flat();
}

function explain(metric: string, rules: readonly AdapterRule[] | undefined): string {
  if (!rules) return 'nothing feeds this metric: no ConfigMap holds the configuration of a prometheus-adapter (config.yaml with rules)';
  const names = rules.map((rule) => (rule.series === undefined ? undefined : metricOfSeries(rule, rule.series)));
  const served = names.filter((name) => name !== undefined);
  return `no prometheus-adapter rule yields this metric${suggestion(metric, served)}; they yield ${served.join(', ') || 'no metric of a fixed name'}`;
}

/** Every Pods metric that an autoscaler reads is served by a rule of the prometheus-adapter. */
export const podsMetricHasAdapterRule: Rule = {
  id: 'pods-metric-has-adapter-rule',
  title: 'An adapter rule feeds every Pods metric',
  why: 'An autoscaler that cannot read one of its metrics no longer scales down, and knows nothing of the load it was to follow.',
  good: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  maxReplicas: 9
  metrics:
    - type: Pods
      pods: { metric: { name: http_requests_per_second }, target: { type: AverageValue, averageValue: 100 } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: prometheus-adapter, namespace: monitoring }
data:
  config.yaml: |
    rules:
      - seriesQuery: 'http_requests_total{namespace!="",pod!=""}'
        resources: { overrides: { namespace: { resource: namespace }, pod: { resource: pod } } }
        name: { matches: '^(.*)_total$', as: '\${1}_per_second' }
        metricsQuery: 'sum(rate(<<.Series>>{<<.LabelMatchers>>}[2m])) by (<<.GroupBy>>)'
`,
  bad: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  maxReplicas: 9
  metrics:
    - type: Pods
      pods: { metric: { name: http_requests_per_second }, target: { type: AverageValue, averageValue: 100 } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: prometheus-adapter, namespace: monitoring }
data:
  config.yaml: |
    rules:
      - seriesQuery: 'http_requests_total{namespace!="",pod!=""}'
        resources: { overrides: { namespace: { resource: namespace }, pod: { resource: pod } } }
        metricsQuery: 'sum(rate(<<.Series>>{<<.LabelMatchers>>}[2m])) by (<<.GroupBy>>)'
`,
  remedy: 'Add a rule whose name.as gives the metric this name, with overrides for namespace and pod, or correct the name in the autoscaler.',
  *check(store) {
    let rules: readonly AdapterRule[] | undefined;
    const servedByName = new Map<string, boolean>();
    for (const autoscaler of store.ofKind(AUTOSCALER)) {
      for (const { index, name } of podsMetricsOf(autoscaler.object)) {
        // Read once, and only if an autoscaler asks: a set may hold thousands of ConfigMaps.
        if (servedByName.size === 0) rules = adapterRules(store);
        const served = servedByName.get(name) ?? rules?.some((rule) => servesMetric(rule, name)) ?? false;
        servedByName.set(name, served);
        if (served) continue;
        yield { object: autoscaler, path: `spec.metrics[${index}].pods.metric.name`, received: name, message: explain(name, rules) };
      }
    }
  },
};
