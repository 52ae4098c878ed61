import { exampleConfigMapVolume } from '../examples';
import { exampleService } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { exampleNginx } from './examples';
import { nginxRealIp as rule } from './nginx-real-ip';

itIsARule(rule);

const zone = 'limit_req_zone $binary_remote_addr zone=api:10m rate=10r/s;';
const set = (service: string, ...lines: string[]): string => `${exampleNginx(...lines)}---${exampleConfigMapVolume('gateway')}${exampleService('{ port: 80 }', service)}`;
const meshed = '---\n{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { istio-injection: enabled } } }\n';
const excluded = (text: string): string => text.replace('metadata: { labels:', 'metadata: { annotations: { traffic.sidecar.istio.io/excludeInboundPorts: "8080" }, labels:');
const path = 'data["nginx.conf"]';
itTellsApart(rule, [
  ['no real_ip_header', set('type: LoadBalancer', zone, 'real_ip_header X-Forwarded-For;'), set('type: LoadBalancer', zone), path],
  ['a load balancer, not a Service of the cluster', set('type: ClusterIP', zone), set('type: LoadBalancer', zone), path],
  ['a load balancer by way of nodes', set('type: LoadBalancer\n  externalTrafficPolicy: Local', zone), set('type: LoadBalancer\n  externalTrafficPolicy: Cluster', zone), path],
  ['a limit by address, not by key', set('type: LoadBalancer', zone.replace('$binary_remote_addr', '$http_x_api_key')), set('type: LoadBalancer', zone), path],
  ['a sidecar', set('type: ClusterIP', zone), set('type: ClusterIP', zone) + meshed, path],
  ['a sidecar that takes the public port', excluded(set('type: ClusterIP', zone)) + meshed, set('type: ClusterIP', zone) + meshed, path],
]);

it('does not judge where an included file may say it, or where no pod reads the file', () => {
  expect(findingsOf(rule, set('type: LoadBalancer', zone, 'include /etc/nginx/real-ip.conf;'))).toEqual([]);
  expect(findingsOf(rule, set('type: LoadBalancer', zone).replace('configMap: { name: gateway }', 'configMap: { name: other }'))).toEqual([]);
});
