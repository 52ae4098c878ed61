import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startNginx, testWithNginx } from '../testing/nginx';
import { until } from '../testing/service-process';
import { Edge } from './edge';

const TOKEN = 'token-of-this-test';

/** An edge that keeps answers as nginx does for us: by path, unless the client has a token of its own write. */
function edge(origin: number, folder: string) {
  return {
    http: `proxy_cache_path ${folder} keys_zone=edge:1m use_temp_path=off; map $http_x_purge_token $purge { default 0; "${TOKEN}" 1; } map $cookie_consistency_token$http_x_consistency_token $own { default 1; "" 0; }`,
    server: `location / { proxy_pass http://127.0.0.1:${origin}; proxy_cache edge; proxy_cache_key $request_uri; proxy_cache_bypass $purge $own; proxy_no_cache $own; proxy_set_header X-Purge-Token ""; add_header X-Cache $upstream_cache_status always; }`,
  };
}

testWithNginx('an nginx that caches asks its origin again when it is told, and not for anybody else', async () => {
  let content = 1;
  let status = 200;
  const origin = createServer((request, response) => {
    if (request.headers['x-purge-token'] !== undefined) throw new Error('the token leaves the edge');
    const own = request.headers['x-consistency-token'] !== undefined;
    response.writeHead(status, { 'Cache-Control': own ? 'private, no-cache' : 'public, s-maxage=300' }).end(String(content));
  }).listen(0, '127.0.0.1');
  await once(origin, 'listening');
  const folder = await mkdtemp(path.join(tmpdir(), 'rechain-edge-'));
  const nginx = await startNginx(edge((origin.address() as AddressInfo).port, folder));
  const get = async (headers: Record<string, string> = {}) => {
    const response = await fetch(`${nginx.url}/api/web4/assets/a%20b`, { headers });
    return `${response.headers.get('X-Cache')} ${await response.text()}`;
  };
  const api = (purgeToken: string) => new Edge({ kind: 'edge', url: new URL(nginx.url), purgeToken });
  try {
    expect(await get()).toBe('MISS 1');
    expect(await get()).toBe('HIT 1');
    content = 2;
    await api('another-token-than-its').purge(['/api/web4/assets/a%20b']);
    expect(await get()).toBe('HIT 1');
    expect(await get({ 'X-Consistency-Token': 'web4:0/1' })).toBe('BYPASS 2');
    expect(await get()).toBe('HIT 1');
    await api(TOKEN).purge(['/api/web4/assets/a%20b', '/other']);
    await until(async () => (await get()) === 'HIT 2');
    status = 404;
    await expect(api(TOKEN).purge(['/api/web4/assets/a%20b'])).resolves.toBeUndefined();
    status = 500;
    await expect(api(TOKEN).purge(['/api/web4/assets/a%20b'])).rejects.toThrow('the edge answered 500');
  } finally {
    await nginx.stop();
    origin.closeAllConnections();
    origin.close();
    await rm(folder, { recursive: true, force: true });
  }
});
