import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rechain } from '../../platform/rechain';
import { testWith } from '../testing';
import { nginxConfig, type NginxConfigProps, securityHeaders } from './nginx-config';

const withNginx = testWith('nginx', 'nginx');

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

/** A server behind the gateway that answers by its path: `/api/web4/status/503` with 503, `/api/web4/hang-up` not at all. */
class Upstream {
  readonly seen: Seen[] = [];
  private readonly server: Server = createServer((incoming, outgoing) => {
    this.seen.push({ method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers });
    if (incoming.url?.includes('hang-up')) return void incoming.socket.destroy();
    const status = Number(/status\/(\d+)/.exec(incoming.url ?? '')?.[1] ?? 200);
    outgoing.writeHead(status, { 'X-Powered-By': 'secret', 'X-Frame-Options': 'ALLOWALL', ...(status === 503 && { 'Retry-After': '7' }) }).end('ok');
  });

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 50 });

function send(port: number, path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, agent, ...options }, (incoming) => {
      let body = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => { body += chunk; }).on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body }));
    }).on('error', reject).end();
  });
}

let clients = 0;
/** Headers of a client with an address of its own, which environment local believes from loopback. */
const client = (headers: Record<string, string> = {}): Record<string, string> => {
  clients += 1;
  return { 'X-Forwarded-For': `203.0.113.${clients % 250}, 198.51.100.${clients % 250}`, ...headers };
};

describe('the generated nginx.conf in a live nginx', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  const upstreams = { web4: new Upstream(), twins: [new Upstream(), new Upstream()] as const };
  let props: NginxConfigProps;
  let port: number;
  let nginx: ChildProcess | undefined;

  async function startNginx(text: string): Promise<void> {
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, text);
    nginx = spawn('nginx', ['-c', file, '-p', folder, '-e', 'stderr', '-g', 'daemon off;'], { stdio: 'ignore' });
    for (;;) {
      if (nginx.exitCode !== null) throw new Error(`nginx ended with ${nginx.exitCode}`);
      const answer = await send(port, '/health').catch(() => undefined);
      if (answer?.status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  beforeAll(async () => {
    if (spawnSync('nginx', ['-v']).error !== undefined) return;
    // As root, nginx's workers run as another user.
    chmodSync(folder, 0o777);
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    port = (probe.address() as AddressInfo).port;
    probe.close();
    const web4 = await upstreams.web4.start();
    const twins = await Promise.all(upstreams.twins.map((upstream) => upstream.start()));
    writeFileSync(join(folder, 'api-keys.map'), '"key-of-a-premium-client" premium;\n');
    props = {
      host: rechain.gateway.host,
      listen: `127.0.0.1:${port}`,
      upstreams: [
        { service: 'web4-service', routes: ['/api/web4/'], servers: [web4] },
        { service: 'twins', routes: ['/api/twins/'], servers: twins },
        { service: 'dead', routes: ['/api/dead/'], servers: ['127.0.0.1:1'] },
      ],
      rateLimit: rechain.gateway.rateLimit,
      timeouts: rechain.gateway.timeouts,
      trustedProxies: ['127.0.0.0/8'],
      clientScheme: 'https',
      apiKeysFile: join(folder, 'api-keys.map'),
      temporaryFolder: folder,
      logs: { access: join(folder, 'access.log'), error: join(folder, 'error.log') },
    };
    await startNginx(nginxConfig(props));
  });

  afterAll(async () => {
    agent.destroy();
    upstreams.web4.stop();
    upstreams.twins.forEach((upstream) => upstream.stop());
    if (nginx !== undefined && nginx.exitCode === null) {
      nginx.kill('SIGTERM');
      await once(nginx, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    upstreams.web4.seen.length = 0;
    upstreams.twins.forEach((upstream) => (upstream.seen.length = 0));
  });

  withNginx('nginx -t accepts it, and refuses the strategy’s limit_req_zone inside server', () => {
    const test = (text: string) => {
      writeFileSync(join(folder, 'test.conf'), text);
      return spawnSync('nginx', ['-t', '-c', join(folder, 'test.conf'), '-p', folder, '-e', 'stderr'], { encoding: 'utf8' });
    };
    expect(test(nginxConfig(props))).toMatchObject({ status: 0 });
    const zone = /\n *limit_req_zone [^;]*;/.exec(nginxConfig(props))?.[0] ?? 'missing';
    const broken = nginxConfig(props).replace(zone, '').replace('server {', `server {${zone}`);
    expect(test(broken)).toMatchObject({ status: 1, stderr: expect.stringContaining('"limit_req_zone" directive is not allowed here') });
  });

  withNginx('answers /health with 200 healthy', async () => {
    await expect(send(port, '/health')).resolves.toMatchObject({ status: 200, body: 'healthy', headers: { 'content-type': 'text/plain' } });
  });

  withNginx('sends the security headers on 200, 4xx and 5xx alike, each once, and none of the service’s', async () => {
    const flood = client();
    const floodStatuses = await Promise.all(Array.from({ length: 60 }, () => send(port, '/api/web4/x', { headers: flood })));
    const answers = [
      await send(port, '/health'),
      await send(port, '/api/web4/x', { headers: client() }),
      await send(port, '/nothing-here'),
      await send(port, '/api/web4/status/500', { headers: client() }),
      await send(port, '/api/dead/x', { headers: client() }),
      floodStatuses.find(({ status }) => status === 429),
    ];
    expect(answers.map((answer) => answer?.status)).toEqual([200, 200, 404, 500, 502, 429]);
    for (const answer of answers) {
      for (const [name, value] of Object.entries(securityHeaders)) expect(answer?.headers[name.toLowerCase()]).toBe(value);
      expect(answer?.headers).not.toHaveProperty('x-powered-by');
      expect(answer?.headers['server']).toBe('nginx');
    }
  });

  withNginx('lets a burst of 20 through, then answers 429 with Retry-After', async () => {
    const headers = client();
    const answers = await Promise.all(Array.from({ length: 100 }, () => send(port, '/api/web4/x', { headers })));
    const passed = answers.filter(({ status }) => status === 200).length;
    const limited = answers.filter(({ status }) => status === 429);
    // The burst and the first one at once; what the rate lets through meanwhile comes on top.
    expect(passed).toBeGreaterThanOrEqual(21);
    expect(passed).toBeLessThan(60);
    expect(passed + limited.length).toBe(100);
    for (const { headers: sent } of limited) expect(sent['retry-after']).toBe('1');
  });

  withNginx('limits each client by itself: another is served meanwhile', async () => {
    const flood = client();
    const [, ...others] = await Promise.all([
      Promise.all(Array.from({ length: 60 }, () => send(port, '/api/web4/x', { headers: flood }))),
      ...Array.from({ length: 30 }, () => send(port, '/api/web4/x', { headers: client() })),
    ]);
    expect(others.map((answer) => (answer as Answer).status)).toEqual(Array.from({ length: 30 }, () => 200));
  });

  withNginx('takes the last address of X-Forwarded-For for the client: a forged first one changes nothing', async () => {
    const forged = (first: number) => ({ 'X-Forwarded-For': `192.0.2.${first}, 198.51.100.251` });
    const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => send(port, '/api/web4/x', { headers: forged(index) })));
    expect(answers.some(({ status }) => status === 429)).toBe(true);
    expect(upstreams.web4.seen.every(({ headers }) => headers['x-forwarded-for'] === '198.51.100.251')).toBe(true);
  });

  withNginx('never repeats a POST, and repeats a GET on the other server', async () => {
    await expect(send(port, '/api/twins/hang-up', { method: 'POST', headers: client() })).resolves.toMatchObject({ status: 502 });
    expect(upstreams.twins.flatMap(({ seen }) => seen)).toHaveLength(1);
    await expect(send(port, '/api/twins/hang-up', { headers: client() })).resolves.toMatchObject({ status: 502 });
    expect(upstreams.twins.flatMap(({ seen }) => seen).filter(({ method }) => method === 'GET')).toHaveLength(2);
  });

  withNginx('passes a deliberate 503 on with its Retry-After, however often, and takes no server out for it', async () => {
    for (let count = 0; count < 20; count++) {
      await expect(send(port, '/api/twins/status/503', { headers: client() })).resolves.toMatchObject({ status: 503, headers: { 'retry-after': '7' } });
    }
    expect(upstreams.twins.flatMap(({ seen }) => seen)).toHaveLength(20);
  });

  withNginx('decides user-type by the API key: a client’s own header never reaches a service', async () => {
    const userTypeOf = async (headers: Record<string, string>) => {
      await send(port, '/api/web4/x', { headers: client(headers) });
      return upstreams.web4.seen.at(-1)?.headers;
    };
    expect(await userTypeOf({ 'User-Type': 'premium' })).toMatchObject({ 'user-type': 'standard' });
    expect(await userTypeOf({ 'User-Type': 'premium', user_type: 'premium' })).not.toHaveProperty('user_type');
    expect(await userTypeOf({ 'X-Api-Key': 'wrong', 'User-Type': 'premium' })).toMatchObject({ 'user-type': 'standard' });
    expect(await userTypeOf({ 'X-Api-Key': 'key-of-a-premium-client', 'User-Type': 'standard' })).toMatchObject({ 'user-type': 'premium' });
    expect(await userTypeOf({ 'X-Api-Key': 'key-of-a-premium-client' })).not.toHaveProperty('x-api-key');
  });

  withNginx('sends the service’s host on, and the client’s in X-Forwarded-Host', async () => {
    await send(port, '/api/web4/some/path?query=1', { headers: client({ Host: 'api.rechain.network' }) });
    expect(upstreams.web4.seen).toMatchObject([{ url: '/api/web4/some/path?query=1', headers: { host: 'web4-service', 'x-forwarded-host': 'api.rechain.network', 'x-forwarded-proto': 'https' } }]);
    expect(upstreams.web4.seen[0]?.headers).not.toMatchObject({ connection: 'close' });
  });

  withNginx('an unknown path is a 404 of the gateway', async () => {
    await expect(send(port, '/api/web3/x')).resolves.toMatchObject({ status: 404 });
  });
});
