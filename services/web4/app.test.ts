import { startPostgres, type Postgres } from '../lib/testing/postgres';
import { spawnService, stopService, until, untilReady, type ServiceProcess } from '../lib/testing/service-process';

let postgres: Postgres;
let variables: Record<string, string>;
let service: ServiceProcess;

beforeAll(async () => {
  postgres = await startPostgres();
  variables = { DATABASE_URL: await postgres.createDatabase('web4'), DATABASE_POOL_MAX: '5', DATABASE_REPLICA_POOL_MAX: '5' };
  service = await spawnService('web4', variables);
});
afterAll(async () => {
  await stopService(service);
  await postgres.stop();
});

async function request(path: string, init?: RequestInit): Promise<{ readonly status: number; readonly json: unknown; readonly headers: Headers }> {
  const response = await fetch(`${service.url}${path}`, init);
  return { status: response.status, json: await response.json(), headers: response.headers };
}

function put(path: string, body: unknown) {
  return request(path, { method: 'PUT', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
}

async function metric(line: string): Promise<string | undefined> {
  const text = await (await fetch(service.metricsUrl)).text();
  return text.split('\n').find((candidate) => candidate.startsWith(line));
}

it('is alive without its schema, and ready once the migration has run', async () => {
  await until(() => service.output().includes('waiting for the schema'));
  expect(await request('/health')).toMatchObject({ status: 200 });
  expect(await request('/ready')).toMatchObject({ status: 503, json: { title: 'Service Unavailable' } });
  const runs = await Promise.all([spawnService('web4', variables, ['migrate']), spawnService('web4', variables, ['migrate'])]);
  expect(await Promise.all(runs.map((run) => run.exit))).toEqual([0, 0]);
  expect(runs.map((run) => run.output()).join().match(/0001-create-assets\.sql/g)).toHaveLength(1);
  await untilReady(service);
});

it('stores an asset, and gives it back', async () => {
  const content = { mediaType: 'text/plain', content: 'grüße, 世界' };
  expect(await request('/api/web4/assets/a%20b')).toMatchObject({ status: 404, json: { detail: 'no asset has this id' } });
  const created = await put('/api/web4/assets/a%20b', content);
  expect(created).toMatchObject({ status: 201, json: { id: 'a b', ...content, version: 1, updatedAt: expect.stringMatching(/Z$/) } });
  expect(await request('/api/web4/assets/a%20b')).toMatchObject({ status: 200, json: created.json });
  expect(await put('/api/web4/assets/a%20b', { ...content, content: '' })).toMatchObject({ status: 200, json: { version: 2, content: '' } });
  expect(await request('/api/web4/assets/a%20b')).toMatchObject({ json: { version: 2, content: '' } });
});

it.each([
  ['no body member', 'x', { mediaType: 'text/plain' }, 'content is required', 'content'],
  ['a media type without a slash', 'x', { mediaType: 'text', content: '' }, 'mediaType must be a media type such as text/plain', 'mediaType'],
  ['a NUL in the id', 'a%00', { mediaType: 'a/b', content: '' }, 'id must be text of 1 to 256 bytes, without NUL', 'id'],
  ['a long id', 'ä'.repeat(129), { mediaType: 'a/b', content: '' }, 'id must be text of 1 to 256 bytes, without NUL', 'id'],
  ['long content', 'x', { mediaType: 'a/b', content: 'x'.repeat(524_289) }, 'content must be text of 0 to 524288 bytes, without NUL', 'content'],
])('refuses %s', async (_name, id, body, detail, field) => {
  expect(await put(`/api/web4/assets/${id}`, body)).toMatchObject({ status: 400, json: { detail, field } });
});

it('measures what it does, on a port of its own', async () => {
  expect(await metric('http_requests_total{endpoint="/api/web4/assets/:id",method="PUT",status="201"}')).toMatch(/ 1$/);
  expect(await metric('database_queries_total{query="upsertAsset",role="primary",outcome="ok"}')).toMatch(/ 2$/);
  expect(await metric('user_actions_total{action="asset_written"}')).toMatch(/ 2$/);
  expect(await metric('http_requests_total{endpoint="/ready"')).toBeUndefined();
  expect(await request('/metrics')).toMatchObject({ status: 404 });
});

it('stays ready and says so when the database is lost', async () => {
  await postgres.stop();
  const lost = await request('/api/web4/assets/a%20b');
  expect(lost).toMatchObject({ status: 503, json: { detail: 'the database cannot be reached just now; try again' } });
  expect(lost.headers.get('Retry-After')).toBe('1');
  expect(await request('/ready')).toMatchObject({ status: 200 });
  expect(await request('/health')).toMatchObject({ status: 200 });
});
