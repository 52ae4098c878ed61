import { nginxConfig } from '../charts/constructs/nginx-config';
import { rechain } from '../platform/rechain';
import { gatewayConfig } from '../services/faults/gateway';
import { standardLimits } from '../services/lib/server-limits';

/** The gateway that the charts generate, against what services and the faults that they survive take it for. */

const { host, rateLimit, timeouts } = rechain.gateway;
const generated = nginxConfig({
  host,
  rateLimit,
  timeouts,
  listen: '8080',
  upstreams: [{ service: 'pods', routes: ['/'], servers: ['a:1', 'b:2'] }],
  trustedProxies: [],
  clientScheme: 'https',
  apiKeysFile: '/keys',
  temporaryFolder: '/tmp',
  logs: { access: '/dev/stdout', error: 'stderr' },
});

const upstreamOf = (text: string): string => /upstream pods \{([^}]*)\}/.exec(text)?.[1] ?? '';
const statements = (text: string): readonly string[] => text.split(';').map((statement) => statement.trim().replace(/\s+/g, ' ')).filter((statement) => statement !== '').sort();
/** All that decides which pod a request is sent to, how often and for how long. */
const proxying = (text: string): readonly string[] => statements(text).map((statement) => /proxy_(?:http_version|\w*timeout|next_upstream\w*|set_header (?:Host|Connection)) .*/.exec(statement)?.[0] ?? '').filter((statement) => statement !== '').sort();
const faulty = gatewayConfig(['a:1', 'b:2']);

test('faults are tried behind the upstream that the charts generate', () => {
  expect(statements(upstreamOf(faulty.http).replace('60000ms', '60s'))).toEqual(statements(upstreamOf(generated)));
});

test('and with its timeouts and its retries', () => {
  expect(proxying(faulty.server)).toEqual(proxying(generated));
  expect(proxying(generated)).toEqual(expect.arrayContaining([expect.stringMatching(/^proxy_next_upstream error/), expect.stringMatching(/^proxy_next_upstream_tries/)]));
});

test('the gateway closes an unused connection before a service does', () => {
  const seconds = Number(/keepalive_timeout (\d+)s;/.exec(upstreamOf(generated))?.[1]);
  expect(seconds).toBeGreaterThan(0);
  expect(seconds * 1_000).toBeLessThan(standardLimits.keepAliveMillis);
});
