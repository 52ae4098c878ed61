/**
 * The manifests of the strategy that this project implements, as they should have been: short, and without a finding. The tests put
 * each of its faults back in, one at a time.
 */

const NAMESPACE = 'rechain-vc-lab';
const object = (apiVersion: string, kind: string, name: string, body: string, metadata = ''): string =>
  `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${NAMESPACE}${metadata} }\n${body.trim()}\n`;

interface Workload {
  readonly name: string;
  /** In YAML braces. */
  readonly labels: string;
  readonly account: string;
  readonly image: string;
  /** More of its container, as lines indented by 10. */
  readonly container: string;
  /** More of its pods, as lines indented by 6. */
  readonly pod?: string;
  readonly annotations?: string;
}

function deployment({ name, labels, account, image, container, pod = '', annotations = '{}' }: Workload): string {
  return object('apps/v1', 'Deployment', name, `
spec:
  selector: { matchLabels: ${labels} }
  template:
    metadata: { labels: ${labels}, annotations: ${annotations} }
    spec:
      serviceAccountName: ${account}
      automountServiceAccountToken: false
      securityContext: { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, seccompProfile: { type: RuntimeDefault } }
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: ${labels} } }]
      ${pod.trim()}
      containers:
        - name: app
          image: ${image}
          ports: [{ name: http, containerPort: 8080 }]
          resources: { requests: { cpu: 250m, memory: 256Mi, ephemeral-storage: 64Mi }, limits: { cpu: 500m, memory: 512Mi, ephemeral-storage: 256Mi } }
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
          startupProbe: { httpGet: { path: /health, port: http }, periodSeconds: 2, failureThreshold: 30 }
          livenessProbe: { httpGet: { path: /health, port: http }, initialDelaySeconds: 30, periodSeconds: 10 }
          readinessProbe: { httpGet: { path: /ready, port: http }, initialDelaySeconds: 5, periodSeconds: 5 }
          lifecycle: { preStop: { sleep: { seconds: 5 } } }
          ${container.trim()}
`);
}

const budget = (name: string, labels: string): string => object('policy/v1', 'PodDisruptionBudget', name, `spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: AlwaysAllow, selector: { matchLabels: ${labels} } }`);
const autoscaler = (name: string, maxReplicas: number, metrics: string): string => object('autoscaling/v2', 'HorizontalPodAutoscaler', name, `
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${name} }
  minReplicas: 3
  maxReplicas: ${maxReplicas}
  behavior:
    scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: Max, policies: [{ type: Percent, value: 100, periodSeconds: 15 }, { type: Pods, value: 10, periodSeconds: 15 }] }
    scaleDown: { stabilizationWindowSeconds: 300, selectPolicy: Max, policies: [{ type: Percent, value: 10, periodSeconds: 60 }, { type: Pods, value: 2, periodSeconds: 60 }] }
  metrics:
    - { type: ContainerResource, containerResource: { container: app, name: cpu, target: { type: Utilization, averageUtilization: 70 } } }
    ${metrics.trim()}
`);

function tier(name: string, maxReplicas: number): string {
  const labels = `{ app: blockchain-service, tier: ${name} }`;
  const container = `
          command: [node, main.js]
          envFrom: [{ configMapRef: { name: blockchain-service } }]
          env:
            - { name: DATABASE_URL, valueFrom: { secretKeyRef: { name: database-secret, key: url } } }
            - { name: REDIS_URL, valueFrom: { secretKeyRef: { name: redis-secret, key: url } } }`;
  const image = 'rechain/blockchain-service:1.0.0@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
  const metrics = `
    - { type: ContainerResource, containerResource: { container: app, name: memory, target: { type: Utilization, averageUtilization: 80 } } }
    - { type: Pods, pods: { metric: { name: http_requests_per_second }, target: { type: AverageValue, averageValue: "100" } } }`;
  const own = `blockchain-service-${name}`;
  return deployment({ name: own, labels, account: 'blockchain-service', image, container }) + budget(own, labels) + autoscaler(own, maxReplicas, metrics);
}

const accounts = ['blockchain-service', 'gateway'].map((name) => object('v1', 'ServiceAccount', name, 'automountServiceAccountToken: false')).join('');
const namespace = `
apiVersion: v1
kind: Namespace
metadata: { name: ${NAMESPACE}, labels: { istio-injection: enabled, pod-security.kubernetes.io/enforce: restricted } }
`;
const adapter = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: prometheus-adapter, namespace: monitoring }
data:
  config.yaml: |
    rules:
      - seriesQuery: 'http_requests_total{namespace!="",pod!=""}'
        resources: { overrides: { namespace: { resource: namespace }, pod: { resource: pod } } }
        name: { matches: '^(.*)_total$', as: '\${1}_per_second' }
        metricsQuery: 'sum(rate(<<.Series>>{<<.LabelMatchers>>}[2m])) by (<<.GroupBy>>)'
`;
const networkPolicy = object('networking.k8s.io/v1', 'NetworkPolicy', 'all', 'spec: { podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{ ports: [{ port: 8080 }] }], egress: [{}] }');
const service = object('v1', 'Service', 'blockchain-service', 'spec: { type: ClusterIP, selector: { app: blockchain-service }, ports: [{ name: http, port: 80, targetPort: http, appProtocol: http }] }');
const destinationRule = object('networking.istio.io/v1', 'DestinationRule', 'blockchain-service', `
spec:
  host: blockchain-service
  trafficPolicy:
    loadBalancer: { simple: LEAST_REQUEST }
    connectionPool: { tcp: { maxConnections: 100 }, http: { http1MaxPendingRequests: 50, maxRequestsPerConnection: 10 } }
    outlierDetection: { consecutive5xxErrors: 5, interval: 30s, baseEjectionTime: 30s, maxEjectionPercent: 50 }
  subsets: [{ name: standard, labels: { tier: standard } }, { name: premium, labels: { tier: premium } }]
`);
const virtualService = object('networking.istio.io/v1', 'VirtualService', 'blockchain-service', `
spec:
  hosts: [blockchain-service]
  http:
    - match: [{ headers: { user-type: { exact: premium } } }]
      route: [{ destination: { host: blockchain-service, subset: premium } }]
      retries: { attempts: 1, perTryTimeout: 5s, retryOn: "connect-failure,refused-stream" }
    - route: [{ destination: { host: blockchain-service, subset: standard } }]
      retries: { attempts: 0 }
`);
const nginx = object('v1', 'ConfigMap', 'gateway', `
data:
  nginx.conf: |
    events {}
    http {
      server_tokens off;
      set_real_ip_from 10.0.0.0/16;
      real_ip_header X-Forwarded-For;
      map $http_x_api_key $user_type {
        default standard;
        include /etc/nginx/keys/*.map;
      }
      limit_req_zone $binary_remote_addr zone=api:10m rate=10r/s;
      limit_req_status 429;
      add_header X-Frame-Options DENY always;
      upstream blockchain-service {
        least_conn;
        server blockchain-service:80 max_fails=3 fail_timeout=30s;
      }
      server {
        listen 8080;
        server_name api.rechain.network;
        limit_req zone=api burst=20 nodelay;
        location /api/blockchain/ {
          proxy_set_header Host $proxy_host;
          proxy_set_header X-Forwarded-Host $host;
          proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
          proxy_set_header user-type $user_type;
          proxy_http_version 1.1;
          proxy_next_upstream error timeout invalid_header http_502 http_504;
          proxy_next_upstream_tries 2;
          proxy_next_upstream_timeout 10s;
          proxy_pass http://blockchain-service;
        }
      }
    }
`);
const gatewayLabels = '{ app: gateway }';
const gateway =
  deployment({
    name: 'gateway',
    labels: gatewayLabels,
    account: 'gateway',
    image: 'nginxinc/nginx-unprivileged:1.29.3@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    container: 'volumeMounts: [{ name: configuration, mountPath: /etc/nginx/nginx.conf, subPath: nginx.conf }]',
    pod: 'volumes: [{ name: configuration, configMap: { name: gateway } }]',
  }) +
  budget('gateway', gatewayLabels) +
  autoscaler('gateway', 20, '') +
  object('v1', 'Service', 'gateway', 'spec: { type: LoadBalancer, selector: { app: gateway }, ports: [{ name: http, port: 80, targetPort: http, appProtocol: http }] }');

/** The documents, in the order in which they are applied. */
export const corrected = [
  namespace,
  accounts,
  networkPolicy,
  object('v1', 'ConfigMap', 'blockchain-service', 'data: { NODE_OPTIONS: --max-old-space-size=96 }'),
  service,
  destinationRule,
  virtualService,
  tier('standard', 100),
  tier('premium', 50),
  nginx,
  gateway,
  adapter,
].join('');

/** Documents that some faults exchange, or say twice. */
export const documents = { destinationRule, virtualService, networkPolicy, budget: budget('blockchain-service-standard', '{ app: blockchain-service, tier: standard }') };
/** The Secrets that exist beside them. */
export const secrets = ['database-secret', 'redis-secret'].map((name) => ({ namespace: NAMESPACE, name, keys: ['url'] }));
