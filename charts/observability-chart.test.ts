import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { definePlatform } from '../platform/define-platform';
import { rechain } from '../platform/rechain';
import { buildManifests } from './app';
import { at, find, testWith } from './testing';

const charts = buildManifests(rechain, 'production');
const groups = at(find(charts, 'PrometheusRule', 'rechain'), 'spec.groups') as { name: string; rules: Record<string, unknown>[] }[];
const alerts = groups.flatMap(({ rules }) => rules).filter((rule) => 'alert' in rule) as unknown as { alert: string; expr: string; labels: Record<string, string>; annotations: Record<string, string> }[];

const withPromtool = testWith('promtool', 'prometheus');

function promtool(command: string[], files: Record<string, unknown>): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), dump(content, { noRefs: true }));
    const { status, stdout, stderr, error } = spawnSync('promtool', command, { cwd: folder, encoding: 'utf8' });
    return { status, output: error ? error.message : `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('snapshot', () => {
  expect(charts.find(({ name }) => name.endsWith('observability'))?.manifests).toMatchSnapshot();
});

describe('prometheus-adapter', () => {
  const configuration = load((at(find(charts, 'ConfigMap', 'rechain-prometheus-adapter'), 'data') as Record<string, string>)['config.yaml'] ?? '') as { rules: { seriesQuery: string; name: object; metricsQuery: string }[] };

  test('turns http_requests_total into the HPAs’ Pods metric', () => {
    expect(configuration.rules).toEqual([
      {
        seriesQuery: 'http_requests_total{namespace="rechain-vc-lab",pod!=""}',
        resources: { overrides: { namespace: { resource: 'namespace' }, pod: { resource: 'pod' } } },
        name: { matches: '^http_requests_total$', as: 'http_requests_per_second' },
        metricsQuery: 'sum(rate(<<.Series>>{<<.LabelMatchers>>}[2m])) by (<<.GroupBy>>)',
      },
    ]);
  });
});

describe('alerts', () => {
  test.each(rechain.services.map(({ name }) => name))('%s: error and latency budgets in four windows each', (name) => {
    for (const alert of ['ErrorBudgetBurn', 'LatencyBudgetBurn']) {
      expect(alerts.filter((rule) => rule.alert === alert && rule.labels['app'] === name).map(({ labels }) => [labels['window'], labels['severity']])).toEqual([['1h', 'page'], ['6h', 'page'], ['1d', 'ticket'], ['3d', 'ticket']]);
    }
  });

  test('thresholds are the budget times the burn rate', () => {
    expect(alerts.find(({ alert, labels }) => alert === 'ErrorBudgetBurn' && labels['app'] === 'web4-service')?.expr).toBe(
      'app:http_requests_errors:ratio_rate1h{app="web4-service"} > 0.0144 and app:http_requests_errors:ratio_rate5m{app="web4-service"} > 0.0144',
    );
  });

  test('a threshold of whole seconds is found in Prometheus 2 and 3 alike', () => {
    const draft = structuredClone(rechain);
    const services = draft.services.map((service) => ({ ...service, objective: { ...service.objective, latencySeconds: 1 } }));
    const rules = JSON.stringify(at(find(buildManifests(definePlatform({ ...draft, services }), 'production'), 'PrometheusRule', 'rechain'), 'spec.groups'));
    expect(rules).toContain(JSON.stringify('le=~"1(\\\\.0)?"').slice(1, -1));
    expect(rules).not.toContain(JSON.stringify('le="0.25"').slice(1, -1));
  });

  test('every alert says what and what to do', () => {
    expect(new Set(alerts.map(({ alert }) => alert))).toEqual(new Set(['ErrorBudgetBurn', 'LatencyBudgetBurn', 'AutoscalerAtMaximum', 'AutoscalerCannotReadMetric', 'WorkloadDown', 'ReplicaLag', 'CacheDown']));
    for (const { annotations } of alerts) expect(annotations).toEqual({ summary: expect.stringMatching(/./), description: expect.stringMatching(/./) });
  });

  withPromtool('promtool accepts every rule', () => {
    expect(promtool(['check', 'rules', 'rules.yaml'], { 'rules.yaml': { groups } })).toMatchObject({ status: 0, output: expect.stringContaining('SUCCESS') });
  });

  withPromtool('promtool refuses a rule that is none', () => {
    expect(promtool(['check', 'rules', 'rules.yaml'], { 'rules.yaml': { groups: [{ name: 'broken', rules: [{ alert: 'A', expr: 'sum by (' }] }] } }).status).toBe(1);
  });

  const series = (name: string, labels: string, values: string) => ({ series: `${name}{namespace="rechain-vc-lab",app="web4-service",${labels}}`, values });
  const fires = (alert: string, at: string, labels: object | undefined) => ({ eval_time: at, alertname: alert, exp_alerts: labels === undefined ? [] : [{ exp_labels: labels }] });
  const unitTest = (input: readonly { series: string; values: string }[], rules: readonly ReturnType<typeof fires>[]) => ({
    rule_files: ['rules.yaml'],
    evaluation_interval: '1m',
    tests: [{ interval: '1m', input_series: input, alert_rule_test: rules }],
  });
  const bare = groups.map((group) => ({ ...group, rules: group.rules.map(({ annotations: _annotations, ...rule }) => rule) }));

  withPromtool('2 % errors page within the hour, 0.05 % never', () => {
    const page = { severity: 'page', app: 'web4-service', window: '1h' };
    const requests = (errors: string) => [series('http_requests_total', 'status="200"', '0+1000x120'), series('http_requests_total', 'status="500"', errors)];
    const run = (input: ReturnType<typeof requests>, labels: object[]) =>
      promtool(['test', 'rules', 'test.yaml'], { 'rules.yaml': { groups: bare }, 'test.yaml': unitTest(input, [{ eval_time: '45m', alertname: 'ErrorBudgetBurn', exp_alerts: labels.map((exp_labels) => ({ exp_labels })) }]) });
    const paging = [page, { ...page, window: '6h' }];
    expect(run(requests('0+20x120'), paging)).toMatchObject({ status: 0 });
    expect(run(requests('0+0.5x120'), [])).toMatchObject({ status: 0 });
    expect(run(requests('0+20x120'), [])).toMatchObject({ status: 1 });
  });

  withPromtool('Redis that answers nothing while memory misses is down; one that answers is not', () => {
    const misses = series('cache_misses_total', 'layer="memory"', '0+10x30');
    const breaker = series('cache_breaker_state', 'layer="redis"', '2+0x30');
    const run = (input: { series: string; values: string }[], labels: object | undefined) =>
      promtool(['test', 'rules', 'test.yaml'], { 'rules.yaml': { groups: bare }, 'test.yaml': unitTest(input, [fires('CacheDown', '20m', labels)]) });
    const down = { severity: 'page', app: 'web4-service' };
    expect(run([misses, breaker], down)).toMatchObject({ status: 0 });
    expect(run([misses, breaker, series('cache_hits_total', 'layer="redis"', '5+0x30'), series('cache_misses_total', 'layer="redis"', '5+0x30')], down)).toMatchObject({ status: 0 });
    expect(run([misses, breaker, series('cache_hits_total', 'layer="redis"', '0+1x30'), series('cache_misses_total', 'layer="redis"', '5+0x30')], undefined)).toMatchObject({ status: 0 });
    expect(run([misses, breaker, series('cache_hits_total', 'layer="redis"', '0+1x30')], undefined)).toMatchObject({ status: 0 });
    // A process without a Redis has no breaker before it.
    expect(run([misses], undefined)).toMatchObject({ status: 0 });
  });
});

describe('dashboard', () => {
  const json = JSON.parse((at(find(charts, 'ConfigMap', 'rechain-dashboard'), 'data') as Record<string, string>)['rechain.json'] ?? '') as { panels: { id: number; title: string; gridPos: { x: number; y: number }; targets: { expr: string }[] }[] };

  test('is found by Grafana’s sidecar', () => {
    expect(at(find(charts, 'ConfigMap', 'rechain-dashboard'), 'metadata.labels')).toMatchObject({ grafana_dashboard: '1' });
  });

  test('no two panels share a place or an id', () => {
    expect(new Set(json.panels.map(({ gridPos: { x, y } }) => `${x},${y}`)).size).toBe(json.panels.length);
    expect(new Set(json.panels.map(({ id }) => id)).size).toBe(json.panels.length);
  });

  withPromtool('every query is PromQL', () => {
    const rules = json.panels.flatMap(({ targets }) => targets).map(({ expr }, index) => ({ record: `panel:${index}`, expr: expr.replaceAll('$app', 'web4-service') }));
    expect(promtool(['check', 'rules', 'rules.yaml'], { 'rules.yaml': { groups: [{ name: 'dashboard', rules }] } })).toMatchObject({ status: 0 });
  });
});
