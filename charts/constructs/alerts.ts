import type { ResolvedPlatform } from '../../platform/environments';
import type { ServiceSpec } from '../../platform/spec';
import { REQUESTS_METRIC } from './autoscaler';

/** A rule of a PrometheusRule group. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (AlertingRule | RecordingRule)[];
}

/**
 * Pairs of windows and burn rates of a 30-day error budget: the long window says that it matters, the short one that it still
 * happens. Source: The Site Reliability Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".
 */
const burnRates = [
  { long: '1h', short: '5m', factor: 14.4, for: '2m', severity: 'page' },
  { long: '6h', short: '30m', factor: 6, for: '15m', severity: 'page' },
  { long: '1d', short: '2h', factor: 3, for: '1h', severity: 'ticket' },
  { long: '3d', short: '6h', factor: 1, for: '3h', severity: 'ticket' },
] as const;
const windows = [...new Set(burnRates.flatMap(({ long, short }) => [long, short]))];

const ERRORS = 'app:http_requests_errors:ratio_rate';
const SLOW = 'app:http_requests_slow:ratio_rate';

/** `le` of a bucket as Prometheus 2 and 3 write it: `1` and `1.0`. */
const bucket = (seconds: number): string => (Number.isInteger(seconds) ? `le=~"${seconds}(\\\\.0)?"` : `le="${seconds}"`);

/** A budget share such as 0.0144 without the digits that floating point adds. */
const round = (value: number): string => String(Number(value.toPrecision(6)));

function recordings(platform: ResolvedPlatform): RuleGroup {
  const all = `namespace="${platform.namespace}"`;
  return {
    name: 'service-levels',
    rules: windows.flatMap((window) => [
      // `or 0 *`: a service without a single error has a ratio of 0, not none.
      { record: `${ERRORS}${window}`, expr: `(sum by (app) (rate(http_requests_total{${all},status=~"5.."}[${window}])) or 0 * sum by (app) (rate(http_requests_total{${all}}[${window}]))) / sum by (app) (rate(http_requests_total{${all}}[${window}]))` },
      ...platform.services.map(({ name, objective }) => ({
        record: `${SLOW}${window}`,
        labels: { app: name },
        expr: `1 - sum by (app) (rate(http_request_duration_seconds_bucket{${all},app="${name}",${bucket(objective.latencySeconds)}}[${window}])) / sum by (app) (rate(http_request_duration_seconds_count{${all},app="${name}"}[${window}]))`,
      })),
    ]),
  };
}

function burnAlerts(service: ServiceSpec, kind: { readonly alert: string; readonly metric: string; readonly objectivePercent: number; readonly what: string }): AlertingRule[] {
  const budget = 1 - kind.objectivePercent / 100;
  return burnRates.map(({ long, short, factor, for: hold, severity }) => ({
    alert: kind.alert,
    expr: [long, short].map((window) => `${kind.metric}${window}{app="${service.name}"} > ${round(budget * factor)}`).join(' and '),
    for: hold,
    labels: { severity, app: service.name, window: long },
    annotations: {
      summary: `${service.name}: ${kind.what} burns its 30-day budget ${factor} times too fast`,
      description: `{{ $value | humanizePercentage }} of requests over ${long}; the objective allows ${round(budget * 100)} %.`,
    },
  }));
}

function serviceGroup(service: ServiceSpec): RuleGroup {
  const { availabilityPercent, latencyPercent, latencySeconds } = service.objective;
  return {
    name: `${service.name}-objectives`,
    rules: [
      ...burnAlerts(service, { alert: 'ErrorBudgetBurn', metric: ERRORS, objectivePercent: availabilityPercent, what: 'the error rate' }),
      ...burnAlerts(service, { alert: 'LatencyBudgetBurn', metric: SLOW, objectivePercent: latencyPercent, what: `latency above ${latencySeconds} s` }),
    ],
  };
}

function scalingGroup({ namespace }: ResolvedPlatform): RuleGroup {
  const own = `{namespace="${namespace}"}`;
  return {
    name: 'scaling',
    rules: [
      {
        // Budgets are ratios of requests: a workload that answers none burns nothing.
        alert: 'WorkloadDown',
        expr: `kube_deployment_status_replicas_available${own} == 0`,
        for: '2m',
        labels: { severity: 'page' },
        annotations: { summary: '{{ $labels.deployment }} has no pod that serves', description: 'Look at its pods: pending ones say what they wait for, failing ones why in their logs.' },
      },
      {
        alert: 'AutoscalerAtMaximum',
        expr: `kube_horizontalpodautoscaler_status_current_replicas${own} >= on (namespace, horizontalpodautoscaler) kube_horizontalpodautoscaler_spec_max_replicas${own}`,
        for: '15m',
        labels: { severity: 'page' },
        annotations: { summary: '{{ $labels.horizontalpodautoscaler }} is at its maximum', description: 'Load beyond this is not scaled for: raise maxReplicas (the connection budget is checked with it) or shed load.' },
      },
      {
        alert: 'AutoscalerCannotReadMetric',
        expr: `kube_horizontalpodautoscaler_status_condition{namespace="${namespace}",condition="ScalingActive",status="false"} == 1`,
        for: '10m',
        labels: { severity: 'ticket' },
        annotations: { summary: '{{ $labels.horizontalpodautoscaler }} cannot read a metric', description: `An HPA that misses a metric does not scale down. Check metrics-server, prometheus-adapter and ${REQUESTS_METRIC}.` },
      },
    ],
  };
}

function dataGroup({ namespace }: ResolvedPlatform): RuleGroup {
  const own = `namespace="${namespace}"`;
  const rate = (metric: string, layer: string): string => `sum by (app) (rate(${metric}{${own},layer="${layer}"}[5m]))`;
  return {
    name: 'data',
    rules: [
      {
        alert: 'ReplicaLag',
        expr: `max by (app, replica) (database_replica_lag_seconds{${own}}) > 5`,
        for: '5m',
        labels: { severity: 'ticket' },
        annotations: { summary: 'replica {{ $labels.replica }} lags {{ $value }} s behind', description: 'Reads go to the other replicas or the primary until it has caught up.' },
      },
      {
        alert: 'CacheDown',
        // Memory passes its misses on to Redis: misses there without any look-up here mean that Redis answers nothing. Only a
        // process that was given a Redis has a breaker before it.
        expr: `${rate('cache_misses_total', 'memory')} > 0 unless (${rate('cache_hits_total', 'redis')} > 0 or ${rate('cache_misses_total', 'redis')} > 0) and on (app) cache_breaker_state{${own},layer="redis"}`,
        for: '5m',
        labels: { severity: 'page' },
        annotations: { summary: '{{ $labels.app }}: Redis answers no look-up', description: 'Every memory miss goes to the database: watch the connection pools and shed load before they are full.' },
      },
    ],
  };
}

/** Every recording and alerting rule of the platform; `promtool check rules` passes them. */
export function ruleGroups(platform: ResolvedPlatform): readonly RuleGroup[] {
  return [recordings(platform), ...platform.services.map(serviceGroup), scalingGroup(platform), dataGroup(platform)];
}

/** prometheus-adapter's rule for the HPAs' Pods metric: counters by pod become requests per second. */
export function adapterConfiguration(namespace: string) {
  return {
    rules: [
      {
        seriesQuery: `http_requests_total{namespace="${namespace}",pod!=""}`,
        resources: { overrides: { namespace: { resource: 'namespace' }, pod: { resource: 'pod' } } },
        name: { matches: '^http_requests_total$', as: REQUESTS_METRIC },
        // Two minutes of a 15 s scrape: one missed scrape neither blinds nor jolts the autoscaler.
        metricsQuery: 'sum(rate(<<.Series>>{<<.LabelMatchers>>}[2m])) by (<<.GroupBy>>)',
      },
    ],
  };
}
