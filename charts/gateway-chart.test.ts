import { rechain } from '../platform/rechain';
import { buildManifests } from './app';
import { at, find } from './testing';

const charts = buildManifests(rechain, 'production');
const local = buildManifests(rechain, 'local');
const get = (kind: string, path: string, built = charts): unknown => at(find(built, kind, 'gateway'), path);
const config = (built = charts): string => String((get('ConfigMap', 'data', built) as Record<string, string>)['nginx.conf']);

test('snapshot', () => {
  expect(charts.find(({ name }) => name.endsWith('gateway'))?.manifests).toMatchSnapshot();
});

describe('gateway', () => {
  test('comes last: nginx does not start while an upstream’s name is unknown', () => {
    expect(charts.at(-1)?.name).toBe('0005-gateway');
  });

  test('mounts its configuration, and API keys from a Secret, read-only', () => {
    const pod = get('Deployment', 'spec.template.spec') as { volumes: unknown[]; containers: { volumeMounts: unknown[] }[] };
    expect(pod.volumes).toContainEqual({ name: 'api-keys', secret: { secretName: 'gateway-api-keys', defaultMode: 0o440, items: [{ key: 'api-keys.map', path: 'api-keys.map' }] } });
    expect(pod.containers[0]?.volumeMounts).toEqual([
      { name: 'configuration', mountPath: '/etc/nginx/nginx.conf', readOnly: true, subPath: 'nginx.conf' },
      { name: 'api-keys', mountPath: '/etc/nginx/api-keys', readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
    ]);
    expect(config()).toContain('include /etc/nginx/api-keys/api-keys.map;');
  });

  test('a changed configuration rolls its pods', () => {
    const checksum = (built: typeof charts) => (get('Deployment', 'spec.template.metadata.annotations', built) as Record<string, string>)['checksum/config'];
    expect(checksum(local)).not.toBe(checksum(charts));
  });

  test('has an HPA on its container’s CPU, and a PodDisruptionBudget', () => {
    expect(get('HorizontalPodAutoscaler', 'spec')).toMatchObject({ minReplicas: 3, maxReplicas: 20, metrics: [{ type: 'ContainerResource', containerResource: { container: 'app', name: 'cpu' } }] });
    expect(get('HorizontalPodAutoscaler', 'spec.metrics')).toHaveLength(1);
    expect(get('PodDisruptionBudget', 'spec.selector')).toEqual(get('Deployment', 'spec.selector'));
  });

  test('takes plain text on its public port alone, and keeps that port out of the sidecar', () => {
    expect(get('PeerAuthentication', 'spec')).toEqual({ selector: { matchLabels: { app: 'gateway' } }, mtls: { mode: 'STRICT' }, portLevelMtls: { 8080: { mode: 'PERMISSIVE' } } });
    expect(get('Deployment', 'spec.template.metadata.annotations')).toMatchObject({ 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' });
  });

  test('is reached by the load balancer’s subnets alone, and believes X-Forwarded-For from nobody else', () => {
    expect(get('NetworkPolicy', 'spec.ingress')).toEqual([{ from: rechain.network.loadBalancers.map((cidr) => ({ ipBlock: { cidr } })), ports: [{ port: 8080, protocol: 'TCP' }] }]);
    expect(config().match(/set_real_ip_from .*/g)).toEqual(rechain.network.loadBalancers.map((cidr) => `set_real_ip_from ${cidr};`));
  });

  test('in environment local it believes loopback instead, so that a load test is many clients', () => {
    expect(config(local).match(/set_real_ip_from .*/g)).toEqual(['set_real_ip_from 127.0.0.0/8;', 'set_real_ip_from ::1/128;']);
    expect(get('Service', 'metadata', local)).not.toHaveProperty('annotations');
  });

  test('its load balancer sends to pods under its own address, and lets in the CDN alone', () => {
    expect(get('Service', 'spec')).toMatchObject({ type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb', ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
    expect(get('Service', 'metadata.annotations')).toMatchObject({
      'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip',
      'service.beta.kubernetes.io/aws-load-balancer-target-group-attributes': expect.stringContaining('preserve_client_ip.enabled=false'),
      'service.beta.kubernetes.io/aws-load-balancer-security-group-prefix-lists': 'pl-3b927c52',
    });
  });

  test('goes on serving while the load balancer forgets it, and counts as ready only once it is sent to', () => {
    expect(get('Deployment', 'spec.template.spec.containers.0.lifecycle')).toEqual({ preStop: { sleep: { seconds: 120 } } });
    expect(get('Deployment', 'spec.template.spec.terminationGracePeriodSeconds')).toBe(120 + 25 + 5 + 5);
    expect(find(charts, 'Namespace', 'rechain-vc-lab').metadata.labels).toMatchObject({ 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' });
    expect(find(local, 'Namespace', 'rechain-vc-lab').metadata.labels).not.toHaveProperty(['elbv2.k8s.aws/pod-readiness-gate-inject']);
  });

  test('S6: has the strategy’s upstreams, limits and timeouts', () => {
    for (const { name, routes } of rechain.services) {
      expect(config()).toMatch(new RegExp(`upstream ${name} \\{\\s+zone ${name} 64k;\\s+least_conn;\\s+server ${name}\\.rechain-vc-lab\\.svc\\.cluster\\.local:80 max_fails=3 fail_timeout=30s;`));
      expect(config()).toMatch(new RegExp(`location ${routes[0]} \\{\\s+limit_req zone=per_client burst=20 nodelay;\\s+proxy_pass http://${name};`));
    }
    expect(config()).toContain('server_name api.rechain.network;');
    expect(config()).toContain('limit_req_zone $binary_remote_addr zone=per_client:10m rate=10r/s;');
    for (const [directive, seconds] of [['connect', 5], ['send', 60], ['read', 60]]) expect(config()).toContain(`proxy_${directive}_timeout ${seconds}s;`);
    expect(config()).toContain('proxy_next_upstream error timeout invalid_header http_502 http_504;');
  });

  test('no location adds a header of its own, which would drop the security headers there', () => {
    const locations = config().match(/location [^{]+\{[^}]*\}/g) ?? [];
    expect(locations).toHaveLength(rechain.services.length + 2);
    for (const location of locations) expect(location).not.toMatch(/add_header|proxy_set_header/);
  });
});
