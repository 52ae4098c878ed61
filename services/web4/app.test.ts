import { startPostgres, type Postgres } from '../lib/testing/postgres';
import { RedisServer, testWithRedis } from '../lib/testing/redis';
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
  const text = await response.text();
  return { status: response.status, json: (text === '' ? undefined : JSON.parse(text)) as unknown, headers: response.headers };
}

function put(path: string, body: unknown, headers: Record<string, string> = {}) {
  return request(path, { method: 'PUT', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } });
}

const remove = (path: string, headers: Record<string, string> = {}) => request(path, { method: 'DELETE', headers });
const etagOf = async (path: string) => (await request(path)).headers.get('ETag') ?? '';
const text = (content: string) => ({ mediaType: 'text/plain', content });

async function metric(line: string): Promise<string | undefined> {
  const all = await (await fetch(service.metricsUrl)).text();
  return all.split('\n').find((candidate) => candidate.startsWith(line));
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

describe('caching', () => {
  it('tells the CDN how long, a client with a token nothing that others may have, and everybody who wrote nothing at all', async () => {
    const written = await put('/api/web4/assets/shared', text('1'));
    expect(written.headers.get('Cache-Control')).toBe('no-store');
    const token = written.headers.get('X-Consistency-Token') ?? '';
    expect(token).toMatch(/^web4:/);
    const shared = await request('/api/web4/assets/shared');
    // Without Redis nobody knows what other processes have written.
    expect(shared.headers.get('Cache-Control')).toBe('public, max-age=0, s-maxage=5, stale-while-revalidate=0, stale-if-error=0');
    expect(shared.headers.get('Vary')).toBe('X-Consistency-Token');
    for (const headers of [{ 'X-Consistency-Token': token }, { Cookie: `consistency-token=${token}` }]) {
      expect((await request('/api/web4/assets/shared', { headers })).headers.get('Cache-Control')).toBe('private, no-cache');
    }
    expect((await request('/api/web4/assets/%73hared')).headers.get('Cache-Control')).toBe('private, no-cache');
    await put('/api/web4/assets/a*', text('1'));
    expect((await request('/api/web4/assets/a*')).headers.get('Cache-Control')).toBe('private, no-cache');
    expect((await request('/api/web4/assets/a%2A')).headers.get('Cache-Control')).toContain('s-maxage');
    expect((await request('/api/web4/assets/missing')).headers.get('Cache-Control')).toBe('public, max-age=0, s-maxage=5, stale-while-revalidate=0, stale-if-error=0');
    expect(await request('/api/web4/assets/shared', { headers: { 'X-Consistency-Token': 'web5:0/1' } })).toMatchObject({ status: 400, json: { field: 'X-Consistency-Token' } });
    for (const path of ['/api/web4/assets/shared', '/api/web4/assets?prefix=s']) {
      const ahead = await request(path, { headers: { Cookie: 'consistency-token=web4:FFFF/0' } });
      expect(ahead).toMatchObject({ status: 400, json: { field: 'X-Consistency-Token' } });
      expect(ahead.headers.get('Set-Cookie')).toContain('consistency-token=; Max-Age=0; Path=/api/web4;');
    }
  });

  testWithRedis('tells the CDN to keep what it will be told of, while this process hears of it', async () => {
    const redis = await RedisServer.start();
    const heard = await spawnService('web4', { ...variables, REDIS_URL: redis.url });
    try {
      await untilReady(heard);
      const cachingOf = async (path: string) => (await fetch(`${heard.url}/api/web4/${path}`)).headers.get('Cache-Control');
      await put('/api/web4/assets/heard', text('1'));
      await until(async () => (await cachingOf('assets/heard')) === 'public, max-age=0, s-maxage=300, stale-while-revalidate=30, stale-if-error=600');
      expect(await cachingOf('assets?limit=1')).toBe('public, max-age=0, s-maxage=5, stale-while-revalidate=10, stale-if-error=600');
      await redis.kill();
      const short = 'public, max-age=0, s-maxage=5, stale-while-revalidate=0, stale-if-error=0';
      await until(async () => (await cachingOf('assets/heard')) === short);
      expect(await cachingOf('assets?limit=1')).toBe(short);
    } finally {
      await stopService(heard);
      await redis.stop();
    }
  });

  it('answers from memory, and what was written afterwards', async () => {
    await put('/api/web4/assets/hot', text('1'));
    const queries = async () => Number((await metric('database_queries_total{query="findAsset"'))?.split(' ')[1]);
    await request('/api/web4/assets/hot');
    const before = await queries();
    for (let read = 0; read < 10; read += 1) expect(await request('/api/web4/assets/hot')).toMatchObject({ json: { content: '1' } });
    expect(await queries()).toBe(before);
    await put('/api/web4/assets/hot', text('2'));
    expect(await request('/api/web4/assets/hot')).toMatchObject({ json: { content: '2', version: 2 } });
    expect(await remove('/api/web4/assets/hot')).toMatchObject({ status: 204, json: undefined });
    expect(await request('/api/web4/assets/hot')).toMatchObject({ status: 404 });
    expect(await remove('/api/web4/assets/hot')).toMatchObject({ status: 204 });
    expect(await put('/api/web4/assets/hot', text('3'))).toMatchObject({ status: 201 });
    expect(await request('/api/web4/assets/hot')).toMatchObject({ json: { content: '3' } });
  });

  it('answers HEAD as GET, without the body', async () => {
    await put('/api/web4/assets/head', text('ü'));
    const get = await request('/api/web4/assets/head');
    const head = await request('/api/web4/assets/head', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, json: undefined });
    for (const name of ['ETag', 'Content-Length', 'Content-Type', 'Cache-Control']) expect(head.headers.get(name)).toBe(get.headers.get(name));
  });
});

describe('conditional requests', () => {
  it('says 304 for what the client has', async () => {
    await put('/api/web4/assets/etag', text('1'));
    const etag = await etagOf('/api/web4/assets/etag');
    for (const sent of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const unchanged = await request('/api/web4/assets/etag', { headers: { 'If-None-Match': sent } });
      expect(unchanged).toMatchObject({ status: 304, json: undefined });
      expect(unchanged.headers.get('ETag')).toBe(etag);
      expect(unchanged.headers.get('Cache-Control')).toContain('s-maxage');
    }
    await put('/api/web4/assets/etag', text('2'));
    expect(await request('/api/web4/assets/etag', { headers: { 'If-None-Match': etag } })).toMatchObject({ status: 200 });
  });

  it('gives an asset that was made again another ETag', async () => {
    await put('/api/web4/assets/again', text('1'));
    const before = await etagOf('/api/web4/assets/again');
    await remove('/api/web4/assets/again');
    await put('/api/web4/assets/again', text('other'));
    expect(await request('/api/web4/assets/again')).toMatchObject({ json: { version: 1 } });
    expect(await etagOf('/api/web4/assets/again')).not.toBe(before);
    expect(await put('/api/web4/assets/again', text('2'), { 'If-Match': before })).toMatchObject({ status: 412 });
  });

  it('writes only what is in the state that the client knows', async () => {
    const path = '/api/web4/assets/if';
    expect(await put(path, text('1'), { 'If-Match': '*' })).toMatchObject({ status: 412 });
    expect(await put(path, text('1'), { 'If-None-Match': '*' })).toMatchObject({ status: 201 });
    expect(await put(path, text('1'), { 'If-None-Match': '*' })).toMatchObject({ status: 412, json: { detail: expect.stringContaining('If-Match') } });
    const first = await etagOf(path);
    expect(await put(path, text('2'), { 'If-Match': first })).toMatchObject({ status: 200, json: { version: 2 } });
    for (const sent of [first, `W/${first}`, '"99999999999999999999-1"', 'W/"x"', '"x"']) expect(await put(path, text('3'), { 'If-Match': sent })).toMatchObject({ status: 412 });
    const refused = await remove(path, { 'If-Match': first });
    expect([refused.status, refused.headers.get('X-Consistency-Token'), refused.headers.get('Set-Cookie')]).toEqual([412, expect.stringMatching(/^web4:[0-9A-F]+\/[0-9A-F]+$/), expect.stringContaining('consistency-token=web4:')]);
    // As a CDN writes it that compresses.
    expect(await put(path, text('3'), { 'If-Match': `W/${await etagOf(path)}` })).toMatchObject({ status: 200, json: { version: 3 } });
    expect(await remove(path, { 'If-Match': `${first}, ${await etagOf(path)}` })).toMatchObject({ status: 204 });
    expect(await remove(path, { 'If-Match': '*' })).toMatchObject({ status: 412 });
  });

  it.each([
    ['If-Match', { 'If-Match': 'x' }],
    ['If-None-Match', { 'If-None-Match': '"1-1"' }],
    ['If-None-Match', { 'If-Match': '"1-1"', 'If-None-Match': '*' }],
  ])('refuses a write with %s that makes no sense', async (field, headers) => {
    expect(await put('/api/web4/assets/x', text(''), headers)).toMatchObject({ status: 400, json: { field } });
  });

  it.each(['GET', 'PUT', 'DELETE'])('does not take an empty id for the list: %s', async (method) => {
    const body = method === 'PUT' ? { body: '{"mediaType":"text/plain","content":""}', headers: { 'Content-Type': 'application/json' } } : {};
    expect(await request('/api/web4/assets/', { method, ...body })).toMatchObject({ status: 400, json: { field: 'id' } });
  });

  it('lets one of two at once win', async () => {
    await put('/api/web4/assets/race', text('0'));
    const etag = await etagOf('/api/web4/assets/race');
    const answers = await Promise.all(['1', '2', '3', '4'].map((content) => put('/api/web4/assets/race', text(content), { 'If-Match': etag })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
  });
});

describe('lists', () => {
  const ids = ['list/a', 'list/a\u{10ffff}', 'list/b', 'list/ä', 'list/\ud7ff', 'list/\ue000', 'list0'];
  const list = async (query: string) => request(`/api/web4/assets?${query}`);

  it('goes through a prefix in pages, in the order of bytes, and sees what is written', async () => {
    for (const id of ids) await put(`/api/web4/assets/${encodeURIComponent(id)}`, text('x'));
    const found: string[] = [];
    let cursor = '';
    do {
      const { json } = await list(`prefix=${encodeURIComponent('list/')}&limit=2${cursor}`);
      const page = json as { readonly assets: readonly { readonly id: string }[]; readonly nextCursor?: string };
      expect(page.assets[0]).toEqual({ id: expect.any(String), mediaType: 'text/plain', version: expect.any(Number), updatedAt: expect.any(String) });
      found.push(...page.assets.map(({ id }) => id));
      cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(found).toEqual(ids.slice(0, -1).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    expect((await list(`prefix=${encodeURIComponent('list/a')}`)).json).toMatchObject({ assets: [{ id: 'list/a' }, { id: 'list/a\u{10ffff}' }] });
    await remove('/api/web4/assets/list%2Fa');
    expect((await list(`prefix=${encodeURIComponent('list/a')}`)).json).toEqual({ assets: [expect.objectContaining({ id: 'list/a\u{10ffff}' })] });
    expect((await list('prefix=nothing')).json).toEqual({ assets: [] });
    expect((await list('limit=1')).headers.get('Cache-Control')).toContain('s-maxage=5, stale-while-revalidate=0,');
  });

  it.each([
    ['limit=-1', 'limit must be a whole number, 1 to 100', 'limit'],
    ['limit=abc', 'limit must be a whole number, 1 to 100', 'limit'],
    ['limit=1000000', 'limit must be a whole number, 1 to 100', 'limit'],
    ['limit=1&limit=2', 'limit is given twice; give it once', 'limit'],
    ['prefix=a%00', 'prefix must be text of 0 to 256 bytes, without NUL', 'prefix'],
    [`prefix=${'x'.repeat(257)}`, 'prefix must be text of 0 to 256 bytes, without NUL', 'prefix'],
    ['cursor=', 'cursor must be the nextCursor of an earlier page, base64url', 'cursor'],
    ['cursor=a+b', 'cursor must be the nextCursor of an earlier page, base64url', 'cursor'],
    ['cursor=_w', 'cursor must be the nextCursor of an earlier page, base64url', 'cursor'],
    ['before=1', '"before" is not a known field', 'before'],
  ])('refuses %.40s', async (query, detail, field) => {
    expect(await list(query)).toMatchObject({ status: 400, json: { detail, field } });
  });

  it('refuses parameters where there are none, and other methods', async () => {
    expect(await request('/api/web4/assets/x?version=1')).toMatchObject({ status: 400, json: { field: 'version' } });
    const wrong = await request('/api/web4/assets/x', { method: 'POST' });
    expect(wrong).toMatchObject({ status: 405 });
    expect(wrong.headers.get('Allow')).toBe('PUT, GET, HEAD, DELETE');
    expect(await request('/api/web4/assets/%zz')).toMatchObject({ status: 400, json: { detail: 'path is not valid percent-encoding' } });
  });
});

it('measures what it does, on a port of its own', async () => {
  expect(await metric('http_requests_total{endpoint="/api/web4/assets/:id",method="PUT",status="201"}')).toMatch(/ [1-9]\d*$/);
  expect(await metric('cache_hits_total{layer="memory"}')).toMatch(/ [1-9]\d*$/);
  expect(await metric('cache_memory_bytes')).toMatch(/ [1-9]\d*$/);
  expect(await metric('cache_invalidations_total{origin="own"}')).toMatch(/ [1-9]\d*$/);
  // Alerts on Redis must not see a pod that has none.
  expect(await metric('cache_breaker_state')).toBeUndefined();
  expect(await metric('database_queries_total{query="upsertAsset",role="primary",outcome="ok"}')).toMatch(/ [1-9]\d*$/);
  expect(await metric('user_actions_total{action="asset_written"}')).toMatch(/ [1-9]\d*$/);
  expect(await metric('http_requests_total{endpoint="/ready"')).toBeUndefined();
  expect(await request('/metrics')).toMatchObject({ status: 404 });
});

it('says once that there is no Redis', () => {
  expect(service.output().match(/no REDIS_URL/g)).toHaveLength(1);
});

it('serves what it has when the database is lost, and is ready; the rest is a 503', async () => {
  await request('/api/web4/assets/a%20b');
  await postgres.stop();
  expect(await request('/api/web4/assets/a%20b')).toMatchObject({ status: 200, json: { id: 'a b' } });
  const lost = await request('/api/web4/assets/unread');
  expect(lost).toMatchObject({ status: 503, json: { detail: 'the database cannot be reached just now; try again' } });
  expect(lost.headers.get('Retry-After')).toBe('1');
  expect(await put('/api/web4/assets/a%20b', text(''))).toMatchObject({ status: 503 });
  expect(await request('/ready')).toMatchObject({ status: 200 });
  expect(await request('/health')).toMatchObject({ status: 200 });
});
