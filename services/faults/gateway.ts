import { type Nginx, startNginx } from '../lib/testing/nginx';
import type { ServiceProcess } from '../lib/testing/service-process';

/**
 * What decides between pods in the gateway's configuration (charts/constructs/nginx-config.ts, with the timeouts of our
 * platform); a test of the lab compares the two. In a cluster its upstream is one server; here it balances itself, as on
 * one machine.
 *
 * @param servers `host:port` of each
 * @param keepAliveSeconds how long it keeps an unused connection to a pod. @default 60, the gateway's
 */
export function gatewayConfig(servers: readonly string[], keepAliveSeconds = 60): { readonly http: string; readonly server: string } {
  const all = servers.map((server) => `server ${server} max_fails=3 fail_timeout=30s;`);
  return {
    http: `upstream pods { zone pods 64k; least_conn; ${all.join(' ')} keepalive 32; keepalive_timeout ${Math.round(keepAliveSeconds * 1_000)}ms; }`,
    server: `
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $proxy_host;
      proxy_connect_timeout 5s;
      proxy_send_timeout 60s;
      proxy_read_timeout 60s;
      proxy_next_upstream error timeout invalid_header http_502 http_504;
      proxy_next_upstream_tries 2;
      proxy_next_upstream_timeout 10s;
      location / { proxy_pass http://pods; }`,
  };
}

/** nginx in front of pods, with the settings of {@link gatewayConfig}. */
export function startGateway(pods: readonly ServiceProcess[], keepAliveSeconds?: number): Promise<Nginx> {
  return startNginx(gatewayConfig(pods.map(({ url }) => new URL(url).host), keepAliveSeconds));
}

/** How often a pod closed a connection under a request, as nginx saw it; it may have sent the request to another one. */
export function requestsCutOff(gateway: Nginx): number {
  return gateway.errors().match(/prematurely closed|reset by peer|broken pipe/gi)?.length ?? 0;
}
