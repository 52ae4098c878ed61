import { startNginx, type Nginx } from '../lib/testing/nginx';
import type { ServiceProcess } from '../lib/testing/service-process';

/**
 * nginx in front of pods, with the upstream settings of the gateway (charts/constructs/nginx-config.ts). In a cluster its
 * upstream is one server; here it balances itself, as on one machine.
 *
 * @param keepAliveSeconds how long it keeps an unused connection to a pod. @default 60, the gateway's
 */
export function startGateway(pods: readonly ServiceProcess[], keepAliveSeconds = 60): Promise<Nginx> {
  const servers = pods.map(({ url }) => `server ${new URL(url).host} max_fails=3 fail_timeout=30s;`);
  return startNginx({
    http: `upstream pods { zone pods 64k; least_conn; ${servers.join(' ')} keepalive 32; keepalive_timeout ${Math.round(keepAliveSeconds * 1_000)}ms; }`,
    server: `
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $proxy_host;
      proxy_connect_timeout 5s;
      proxy_next_upstream error timeout invalid_header http_502 http_504;
      proxy_next_upstream_tries 2;
      proxy_next_upstream_timeout 10s;
      location / { proxy_pass http://pods; }`,
  });
}
