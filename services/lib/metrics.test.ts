import { cacheLayers, httpDurationBuckets, Metrics, metricNames } from './metrics';

async function series(metrics: Metrics): Promise<readonly string[]> {
  const text = await metrics.registry.metrics();
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

it('exports every metric of the strategy, and those of the process', async () => {
  const text = await new Metrics().registry.metrics();
  expect(Object.values(metricNames)).toEqual([
    'http_requests_total',
    'http_request_duration_seconds',
    'http_requests_shed_total',
    'http_connections_dropped_total',
    'database_queries_total',
    'database_query_duration_seconds',
    'cache_hits_total',
    'cache_misses_total',
    'user_actions_total',
    'transactions_total',
    'transaction_amount',
  ]);
  for (const name of [...Object.values(metricNames), 'process_resident_memory_bytes', 'process_cpu_seconds_total']) expect(text).toContain(`# TYPE ${name} `);
});

it('has bounds where objectives are judged, and bounds of their own for amounts', async () => {
  expect(httpDurationBuckets).toEqual(expect.arrayContaining([0.25, 0.5]));
  const metrics = new Metrics();
  metrics.transaction(50_000);
  const lines = await series(metrics);
  expect(lines).toContain('transactions_total 1');
  expect(lines).toContain('transaction_amount_bucket{le="10000"} 0');
  expect(lines).toContain('transaction_amount_bucket{le="100000"} 1');
});

it('labels requests with template, method and status', async () => {
  const metrics = new Metrics();
  metrics.observeRequest({ endpoint: '/api/web4/assets/:id', method: 'GET', status: 200, seconds: 0.3 });
  const lines = await series(metrics);
  expect(lines).toContain('http_requests_total{endpoint="/api/web4/assets/:id",method="GET",status="200"} 1');
  expect(lines).toContain('http_request_duration_seconds_bucket{le="0.25",endpoint="/api/web4/assets/:id",method="GET",status="200"} 0');
  expect(lines).toContain('http_request_duration_seconds_bucket{le="0.5",endpoint="/api/web4/assets/:id",method="GET",status="200"} 1');
});

it('adds up durations; a bound is within its bucket', async () => {
  const metrics = new Metrics();
  for (const seconds of [0.25, 0.5, 20]) metrics.observeRequest({ endpoint: '/a', method: 'GET', status: 200, seconds });
  const of = (await series(metrics)).filter((line) => line.includes('endpoint="/a"')).map((line) => line.replace(',endpoint="/a",method="GET",status="200"', '').replace('{endpoint="/a",method="GET",status="200"}', ''));
  expect(of).toEqual(expect.arrayContaining([
    'http_requests_total 3',
    'http_request_duration_seconds_bucket{le="0.1"} 0',
    'http_request_duration_seconds_bucket{le="0.25"} 1',
    'http_request_duration_seconds_bucket{le="0.5"} 2',
    'http_request_duration_seconds_bucket{le="10"} 2',
    'http_request_duration_seconds_bucket{le="+Inf"} 3',
    'http_request_duration_seconds_sum 20.75',
    'http_request_duration_seconds_count 3',
  ]));
  // A second scrape says the same.
  expect((await series(metrics)).filter((line) => line.startsWith('http_requests_total{endpoint="/a"'))).toEqual(['http_requests_total{endpoint="/a",method="GET",status="200"} 3']);
});

it('counts paths that are no route, and unusual methods, under one label each', async () => {
  const metrics = new Metrics();
  for (const method of ['PROPFIND', 'LOCK', 'TRACE']) metrics.observeRequest({ endpoint: undefined, method, status: 404, seconds: 0 });
  expect((await series(metrics)).filter((line) => line.startsWith('http_requests_total') && !line.endsWith(' 0'))).toEqual(['http_requests_total{endpoint="unmatched",method="OTHER",status="404"} 3']);
});

it('starts the series that are known beforehand at 0', async () => {
  const lines = await series(new Metrics(['asset_written']));
  expect(lines).toContain('user_actions_total{action="asset_written"} 0');
  // Without a sample the autoscaler of an idle fleet is blind.
  expect(lines.some((line) => /^http_requests_total\{.*\} 0$/.test(line))).toBe(true);
  for (const layer of cacheLayers) expect(lines).toEqual(expect.arrayContaining([`cache_hits_total{layer="${layer}"} 0`, `cache_misses_total{layer="${layer}"} 0`]));
});

it('counts hits, misses, actions and queries', async () => {
  const metrics = new Metrics(['asset_written']);
  metrics.cacheHit('memory');
  metrics.cacheMiss('redis');
  metrics.userAction('asset_written');
  metrics.observeQuery({ query: 'findAsset', role: 'replica', outcome: 'unavailable', seconds: 0.002 });
  expect(await series(metrics)).toEqual(
    expect.arrayContaining([
      'cache_hits_total{layer="memory"} 1',
      'cache_misses_total{layer="redis"} 1',
      'user_actions_total{action="asset_written"} 1',
      'database_queries_total{query="findAsset",role="replica",outcome="unavailable"} 1',
      'database_query_duration_seconds_bucket{le="0.001",query="findAsset",role="replica",outcome="unavailable"} 0',
      'database_query_duration_seconds_bucket{le="0.0025",query="findAsset",role="replica",outcome="unavailable"} 1',
    ]),
  );
});
