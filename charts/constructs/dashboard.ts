import type { ResolvedPlatform } from '../../platform/environments';

interface PanelSpec {
  readonly title: string;
  readonly unit: string;
  readonly targets: readonly { readonly expr: string; readonly legend: string }[];
}

const WIDTH = 12;
const HEIGHT = 8;

function panelSpecs(namespace: string): readonly PanelSpec[] {
  const own = `namespace="${namespace}",app=~"$app"`;
  const autoscaler = `namespace="${namespace}",horizontalpodautoscaler=~"$app.*"`;
  const container = `namespace="${namespace}",container="app",pod=~"$app.*"`;
  return [
    { title: 'Requests by service', unit: 'reqps', targets: [{ expr: `sum by (app) (rate(http_requests_total{${own}}[2m]))`, legend: '{{app}}' }] },
    { title: 'Share of server errors', unit: 'percentunit', targets: [{ expr: `sum by (app) (rate(http_requests_total{${own},status=~"5.."}[5m])) / sum by (app) (rate(http_requests_total{${own}}[5m]))`, legend: '{{app}}' }] },
    {
      title: 'Latency',
      unit: 's',
      targets: [0.5, 0.99].map((quantile) => ({ expr: `histogram_quantile(${quantile}, sum by (app, le) (rate(http_request_duration_seconds_bucket{${own}}[5m])))`, legend: `{{app}} p${quantile * 100}` })),
    },
    {
      title: 'Pods, and the most there may be',
      unit: 'short',
      targets: [
        { expr: `kube_horizontalpodautoscaler_status_current_replicas{${autoscaler}}`, legend: '{{horizontalpodautoscaler}}' },
        { expr: `kube_horizontalpodautoscaler_spec_max_replicas{${autoscaler}}`, legend: '{{horizontalpodautoscaler}} maximum' },
      ],
    },
    { title: 'Requests per pod, the autoscaler’s metric', unit: 'reqps', targets: [{ expr: `sum by (app) (rate(http_requests_total{${own}}[2m])) / count by (app) (count by (app, pod) (http_requests_total{${own}}))`, legend: '{{app}}' }] },
    { title: 'CPU of the application container', unit: 'short', targets: [{ expr: `sum by (pod) (rate(container_cpu_usage_seconds_total{${container}}[2m]))`, legend: '{{pod}}' }] },
    { title: 'Memory of the application container', unit: 'bytes', targets: [{ expr: `max by (pod) (container_memory_working_set_bytes{${container}})`, legend: '{{pod}}' }] },
    { title: 'Query latency p99', unit: 's', targets: [{ expr: `histogram_quantile(0.99, sum by (app, le) (rate(database_query_duration_seconds_bucket{${own}}[5m])))`, legend: '{{app}}' }] },
    { title: 'Cache hits by layer', unit: 'percentunit', targets: [{ expr: `sum by (app, layer) (rate(cache_hits_total{${own}}[5m])) / (sum by (app, layer) (rate(cache_hits_total{${own}}[5m])) + sum by (app, layer) (rate(cache_misses_total{${own}}[5m])))`, legend: '{{app}} {{layer}}' }] },
    { title: 'Replica lag', unit: 's', targets: [{ expr: `max by (replica) (database_replica_lag_seconds{${own}})`, legend: '{{replica}}' }] },
  ];
}

const datasource = { type: 'prometheus', uid: '${datasource}' };

/** A Grafana dashboard of the whole platform, as Grafana imports it: two panels a row, services to choose from. */
export function dashboard(platform: ResolvedPlatform) {
  return {
    uid: `${platform.name}-platform`,
    title: `${platform.name}: platform`,
    tags: [platform.name],
    timezone: 'browser',
    schemaVersion: 39,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus' },
        { name: 'app', type: 'custom', multi: true, includeAll: true, query: platform.services.map(({ name }) => name).join(','), current: { text: 'All', value: '$__all' } },
      ],
    },
    panels: panelSpecs(platform.namespace).map(({ title, unit, targets }, index) => ({
      id: index + 1,
      type: 'timeseries',
      title,
      datasource,
      gridPos: { x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      targets: targets.map(({ expr, legend }, target) => ({ refId: String.fromCharCode('A'.charCodeAt(0) + target), expr, legendFormat: legend, datasource })),
    })),
  };
}
