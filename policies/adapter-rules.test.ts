import { adapterRulesIn, servesMetric } from './adapter-rules';
import type { ManifestObject } from './policy';

const template = 'resources: { template: "kube_<<.Resource>>" }';

/** Whether an adapter with this one rule serves the metric. */
function serves(rule: string, metric: string): boolean {
  const object: ManifestObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'adapter' }, data: { 'config.yaml': `rules: [{ ${rule} }]` } };
  return (adapterRulesIn(object) ?? []).some((candidate) => servesMetric(candidate, metric));
}

describe('names of one series', () => {
  it.each([
    ['the series itself without a name', '', 'http_requests_total', 'http_requests'],
    ['the one group without a template', 'name: { matches: "^http_(.*)_total$" }', 'requests', 'http_requests_total'],
    ['the part that a pattern without groups matches', 'name: { matches: "^[a-z]+_[a-z]+" }', 'http_requests', 'http_requests_total'],
    ['a group by number', 'name: { matches: "^(.*)_total$", as: "${1}_per_second" }', 'http_requests_per_second', 'http_requests_total_per_second'],
    ['a group by name', 'name: { matches: "^(?P<base>.*)_total$", as: "${base}_rate" }', 'http_requests_rate', 'http_requests_total_rate'],
    ['a fixed name', 'name: { as: requests_per_second }', 'requests_per_second', 'http_requests_total'],
    ['two groups', 'name: { matches: "^(.*)_(.*)_total$", as: "${2}_${1}" }', 'requests_http', 'http_requests'],
    ['an empty pattern, which is none', 'name: { matches: "", as: "" }', 'http_requests_total', 'http_requests'],
  ])('are %s', (_, name, served, other) => {
    expect(serves(`seriesQuery: 'http_requests_total{pod!=""}', ${template}, ${name}`, served)).toBe(true);
    expect(serves(`seriesQuery: 'http_requests_total{pod!=""}', ${template}, ${name}`, other)).toBe(false);
  });

  it('follow Go in reading $1_per_second as a group of that name, which is empty', () => {
    expect(serves(`seriesQuery: http_requests_total, ${template}, name: { matches: "^(.*)_total$", as: "$1_per_second" }`, 'http_requests_per_second')).toBe(false);
    expect(serves(`seriesQuery: http_requests_total, ${template}, name: { matches: "^(.*)_total$", as: "$1" }`, 'http_requests')).toBe(true);
  });

  it('are none where the pattern does not match the series, or is broken', () => {
    expect(serves(`seriesQuery: http_requests, ${template}, name: { matches: "_total$", as: rate }`, 'rate')).toBe(false);
    expect(serves(`seriesQuery: http_requests_total, ${template}, name: { matches: "_total$", as: rate }`, 'rate')).toBe(true);
    expect(serves(`seriesQuery: http_requests_total, ${template}, name: { matches: "(_total$", as: rate }`, 'rate')).toBe(false);
  });

  it('are none where several groups leave the template open', () => {
    expect(serves(`seriesQuery: http_requests_total, ${template}, name: { matches: "^(.*)_(total)$" }`, 'http_requests')).toBe(false);
    expect(serves(`seriesQuery: http_requests_total, ${template}, name: { matches: "^(.*)_(?:total)$" }`, 'http_requests')).toBe(true);
  });
});

describe('names of a pattern of series', () => {
  const pattern = `seriesQuery: '{__name__=~"^http_.*",pod!=""}', ${template}`;

  it('are those of the series that match it as a whole', () => {
    expect(serves(pattern, 'http_requests')).toBe(true);
    expect(serves(pattern, 'my_http_requests')).toBe(false);
    expect(serves(`seriesQuery: '{__name__=~"http"}', ${template}`, 'http_requests')).toBe(false);
    expect(serves(`seriesQuery: '{__name__!~"^http_.*"}', ${template}`, 'http_requests')).toBe(false);
    expect(serves(`seriesQuery: '{__name__!~"^http_.*"}', ${template}`, 'queue_depth')).toBe(true);
  });

  it('are worked out backwards through the pattern and the template', () => {
    const renamed = `${pattern}, name: { matches: "^(.*)_total$", as: "\${1}_per_second" }`;
    expect(serves(renamed, 'http_requests_per_second')).toBe(true);
    expect(serves(renamed, 'queue_depth_per_second')).toBe(false);
    expect(serves(renamed, 'http_requests_total')).toBe(false);
    expect(serves(`${pattern}, name: { matches: "^http_(.*)_total$" }`, 'requests')).toBe(true);
    expect(serves(`${pattern}, name: { matches: "^grpc_(.*)_total$" }`, 'requests')).toBe(false);
  });

  it('have the benefit of the doubt only where the patterns are too involved and the name fits', () => {
    const involved = `${pattern}, name: { matches: "^http_(a(b|c))+$", as: "x_\${1}" }`;
    expect(serves(involved, 'x_ab')).toBe(true);
    expect(serves(involved, 'y_ab')).toBe(false);
  });

  it('are one where the query asks for one name', () => {
    expect(serves(`seriesQuery: '{__name__="http_requests"}', ${template}`, 'http_requests')).toBe(true);
    expect(serves(`seriesQuery: '{__name__="http_requests"}', ${template}`, 'http_errors')).toBe(false);
    expect(serves(`seriesQuery: '{__name__="http_requests"}', ${template}, name: { matches: "_total$", as: rate }`, 'rate')).toBe(false);
    expect(serves(`seriesQuery: '{__name__="http_total"}', ${template}, name: { matches: "_total$", as: rate }`, 'rate')).toBe(true);
    expect(serves(`seriesQuery: '{__name__!="http_requests"}', ${template}`, 'http_requests')).toBe(false);
  });

  it('pass every series filter', () => {
    expect(serves(`${pattern}, seriesFilters: [{ is: "_total$" }]`, 'http_requests_total')).toBe(true);
    expect(serves(`${pattern}, seriesFilters: [{ is: "_total$" }]`, 'http_requests')).toBe(false);
    expect(serves(`${pattern}, seriesFilters: [{ isNot: "_total$" }]`, 'http_requests_total')).toBe(false);
    expect(serves(`${pattern}, seriesFilters: [{ isNot: "_total$" }]`, 'http_requests')).toBe(true);
  });
});

it('serves pods only by a rule that knows the labels of pod and namespace', () => {
  const query = 'seriesQuery: http_requests';
  const overrides = (...resources: readonly string[]): string => `resources: { overrides: { ${resources.map((name) => `${name}: { resource: ${name} }`).join(', ')} } }`;
  expect(serves(`${query}, ${overrides('namespace', 'pod')}`, 'http_requests')).toBe(true);
  expect(serves(`${query}, ${overrides('namespaces', 'pods')}`, 'http_requests')).toBe(true);
  expect(serves(`${query}, ${overrides('pod')}`, 'http_requests')).toBe(false);
  expect(serves(`${query}, ${overrides('namespace', 'service')}`, 'http_requests')).toBe(false);
  expect(serves(query, 'http_requests')).toBe(false);
});
