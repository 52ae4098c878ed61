import { judgeManifests } from '../policies/policy';
import { presetFor } from '../policies/preset';
import { loadManifests } from '../policies/yaml/load-manifests';

/** What was wrong with the manifests of the strategy that this project implements: each fault is found by a rule. */

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: blockchain-service, namespace: rechain-vc-lab }
spec:
  replicas: 3
  selector: { matchLabels: { app: blockchain-service } }
  template:
    metadata: { labels: { app: blockchain-service } }
    spec:
      containers: [{ name: app, image: rechain/blockchain-service:latest, ports: [{ containerPort: 8080 }] }]
`;
const autoscaler = (name: string, maxReplicas: number): string => `
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name}, namespace: rechain-vc-lab }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: blockchain-service }
  minReplicas: 3
  maxReplicas: ${maxReplicas}
  metrics:
    - { type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }
    - { type: Pods, pods: { metric: { name: http_requests_per_second }, target: { type: AverageValue, averageValue: "100" } } }
`;
const mesh = `
---
apiVersion: v1
kind: Namespace
metadata: { name: rechain-vc-lab, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Service
metadata: { name: blockchain-service, namespace: rechain-vc-lab }
spec: { selector: { app: blockchain-service }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: { name: blockchain-service, namespace: rechain-vc-lab }
spec:
  hosts: [blockchain-service]
  http:
    - match: [{ headers: { user-type: { exact: premium } } }]
      route: [{ destination: { host: blockchain-service, subset: premium } }]
    - route: [{ destination: { host: blockchain-service, subset: standard } }]
---
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: { name: blockchain-service, namespace: rechain-vc-lab }
spec:
  host: blockchain-service
  trafficPolicy: { loadBalancer: { simple: LEAST_CONNECTIONS }, circuitBreaker: { consecutiveErrors: 5, interval: 30s } }
  subsets: [{ name: standard, labels: { tier: standard } }, { name: premium, labels: { tier: premium } }]
`;
const gateway = `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: gateway, namespace: rechain-vc-lab }
data:
  nginx.conf: |
    events {}
    http {
      upstream blockchain {
        least_conn;
        server blockchain-service:80 max_fails=3 fail_timeout=30s;
        server blockchain-service-2:80 max_fails=3 fail_timeout=30s;
      }
      server {
        listen 80;
        server_name api.rechain.network;
        limit_req_zone $binary_remote_addr zone=api:10m rate=10r/s;
        limit_req zone=api burst=20 nodelay;
        add_header X-Frame-Options DENY;
        add_header X-XSS-Protection "1; mode=block";
        location /api/blockchain/ {
          add_header Cache-Control no-store;
          proxy_set_header Host $host;
          proxy_next_upstream error timeout invalid_header http_500 http_502 http_503 http_504;
          proxy_pass http://blockchain;
        }
      }
    }
`;

const all = [deployment, autoscaler('blockchain-service', 50), autoscaler('blockchain-service-2', 100), mesh, gateway].join('');
const { objects, findings: unreadable } = loadManifests('strategy.yaml', all);
const { findings } = judgeManifests(objects, { preset: presetFor('production'), context: { complete: true, secrets: [] }, waivers: [], today: new Date(0) });

const defects: readonly (readonly [number: number, defect: string, rule: string, found: string])[] = [
  [1, 'fixed replicas beside an autoscaler', 'no-fixed-replicas-with-hpa', '  replicas: 3'],
  [2, 'two autoscalers for one Deployment', 'one-hpa-per-target', '  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: blockchain-service }'],
  [3, 'a metric that nothing feeds', 'pods-metric-has-adapter-rule', '    - { type: Pods, pods: { metric: { name: http_requests_per_second }, target: { type: AverageValue, averageValue: "100" } } }'],
  [7, 'CPU of the sidecar counted', 'hpa-counts-container', '    - { type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }'],
  [7, 'utilization without a request', 'hpa-resource-requested', '    - { type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }'],
  [8, 'no PodDisruptionBudget', 'workload-has-pdb', 'metadata: { name: blockchain-service, namespace: rechain-vc-lab }'],
  [8, 'no NetworkPolicy', 'pod-has-network-policy', '    metadata: { labels: { app: blockchain-service } }'],
  [11, 'circuitBreaker, which is no field', 'schema', '  trafficPolicy: { loadBalancer: { simple: LEAST_CONNECTIONS }, circuitBreaker: { consecutiveErrors: 5, interval: 30s } }'],
  [11, 'so no circuit breaker', 'outlier-detection', '  trafficPolicy: { loadBalancer: { simple: LEAST_CONNECTIONS }, circuitBreaker: { consecutiveErrors: 5, interval: 30s } }'],
  [12, 'subsets without pods', 'subset-selects-pod', '  subsets: [{ name: standard, labels: { tier: standard } }, { name: premium, labels: { tier: premium } }]'],
  [14, 'a Host by which Istio finds no route', 'nginx-mesh-host', '          proxy_set_header Host $host;'],
  [15, 'a client that calls itself premium', 'nginx-identity-header', '          proxy_pass http://blockchain;'],
  [16, 'a port that does not say its protocol', 'service-port-protocol', 'spec: { selector: { app: blockchain-service }, ports: [{ port: 80, targetPort: 8080 }] }'],
  [17, 'limit_req_zone in a server', 'nginx-loads', '        limit_req_zone $binary_remote_addr zone=api:10m rate=10r/s;'],
  [17, '503 for too many requests', 'nginx-rate-limit', '        limit_req zone=api burst=20 nodelay;'],
  [18, 'an upstream that does not exist', 'nginx-upstream-exists', '        server blockchain-service-2:80 max_fails=3 fail_timeout=30s;'],
  [19, 'headers that a location drops', 'nginx-header-inheritance', '          add_header Cache-Control no-store;'],
  [19, 'headers that errors lack', 'nginx-response-headers', '        add_header X-Frame-Options DENY;'],
  [19, 'a header that is obsolete', 'nginx-response-headers', '        add_header X-XSS-Protection "1; mode=block";'],
  [20, 'retries without bound', 'nginx-retries', '          proxy_pass http://blockchain;'],
  [20, 'deliberate answers that count as failures', 'nginx-retries', '          proxy_next_upstream error timeout invalid_header http_500 http_502 http_503 http_504;'],
];

it.each(defects)('defect %i, %s, is found by %s', (_number, _defect, rule, found) => {
  const lines = findings.filter((finding) => finding.rule === rule).map(({ line }) => all.split('\n')[(line ?? 0) - 1]);
  expect(lines).toContain(found);
});

it('the manifests are readable', () => {
  expect(unreadable).toEqual([]);
});
