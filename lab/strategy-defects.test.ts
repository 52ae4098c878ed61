import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../policies/policy';
import { judgeManifests } from '../policies/policy';
import { presetFor } from '../policies/preset';
import { loadManifests } from '../policies/yaml/load-manifests';
import { corrected, documents, secrets } from './strategy-fixture';

/**
 * What was wrong with the manifests of the strategy that this project implements. Each fault is one edit of manifests in which
 * nothing is wrong, and is found by a rule.
 */

function findingsIn(text: string): readonly Finding[] {
  const { objects, findings } = loadManifests('strategy.yaml', text);
  return [...findings, ...judgeManifests(objects, { preset: presetFor('production'), context: { complete: true, secrets }, waivers: [], today: new Date(0) }).findings];
}

type Edit = readonly [from: string, to: string];
type Defect = readonly [number: number, defect: string, rule: string, ...edits: readonly Edit[]];

const { destinationRule, virtualService, networkPolicy, budget } = documents;
const metric = (type: string): string => `{ type: ${type}, ${type === 'Resource' ? 'resource: { ' : 'containerResource: { container: app, '}name: cpu, target: { type: Utilization, averageUtilization: 70 } } }`;
const digest = '1.0.0@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
const server = '    server blockchain-service:80 max_fails=3 fail_timeout=30s;';
const zone = '      limit_req_zone $binary_remote_addr zone=api:10m rate=10r/s;\n';

const workloadDefects: readonly Defect[] = [
  [1, 'fixed replicas beside an autoscaler', 'no-fixed-replicas-with-hpa', ['  selector: { matchLabels: { app: blockchain-service, tier: standard } }\n  template', '  replicas: 3\n  selector: { matchLabels: { app: blockchain-service, tier: standard } }\n  template']],
  [2, 'two autoscalers for one Deployment', 'one-hpa-per-target', ['kind: Deployment, name: blockchain-service-premium }', 'kind: Deployment, name: blockchain-service-standard }']],
  [2, 'two autoscalers for the pods of one selector', 'hpa-pods-of-its-own', ['selector: { matchLabels: { app: blockchain-service, tier: premium } }\n  template', 'selector: { matchLabels: { app: blockchain-service } }\n  template']],
  [3, 'a metric that nothing feeds', 'pods-metric-has-adapter-rule', ['_per_second\' }', '_rate\' }']],
  [4, 'a fleet that shrinks in 52 minutes, unsaid', 'hpa-delay-stated', ['selectPolicy: Max, policies: [{ type: Percent, value: 10,', 'selectPolicy: Min, policies: [{ type: Percent, value: 10,']],
  [5, 'a minute before each rise, unsaid', 'hpa-delay-stated', ['scaleUp: { stabilizationWindowSeconds: 0', 'scaleUp: { stabilizationWindowSeconds: 60']],
  [6, 'a heap that no bound keeps below 205Mi', 'heap-below-memory-target', ['data: { NODE_OPTIONS: --max-old-space-size=96 }', 'data: { PORT: "8080" }']],
  [6, 'a heap above 205Mi', 'heap-below-memory-target', ['--max-old-space-size=96', '--max-old-space-size=400']],
  [7, 'CPU of the sidecar counted', 'hpa-counts-container', [metric('ContainerResource'), metric('Resource')]],
  [7, 'utilization without a request', 'hpa-resource-requested', ['requests: { cpu: 250m, memory: 256Mi, ephemeral-storage: 64Mi }, limits: { cpu: 500m, ', 'requests: { memory: 256Mi, ephemeral-storage: 64Mi }, limits: { ']],
  [8, 'no startup probe', 'startup-probe', ['          startupProbe: { httpGet: { path: /health, port: http }, periodSeconds: 2, failureThreshold: 30 }\n', '']],
  [8, 'no PodDisruptionBudget', 'workload-has-pdb', [budget, '']],
  [8, 'no topology spread', 'spread', [/ {6}topologySpreadConstraints.*tier: standard.*\n/.exec(corrected)?.[0] ?? '', '']],
  [8, 'no preStop', 'pre-stop', ['          lifecycle: { preStop: { sleep: { seconds: 5 } } }\n', '']],
  [8, 'no security context of the pod', 'run-as-non-root', ['      securityContext: { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, seccompProfile: { type: RuntimeDefault } }\n', '']],
  [8, 'no seccomp profile', 'seccomp-profile', [', seccompProfile: { type: RuntimeDefault } }', ' }']],
  [8, 'no security context of the container', 'no-privilege-escalation', ['          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }\n', '']],
  [8, 'all capabilities', 'drop-capabilities', [', capabilities: { drop: [ALL] } }', ' }']],
  [8, 'a root file system that can be written', 'read-only-root-filesystem', ['readOnlyRootFilesystem: true, ', '']],
  [8, 'no NetworkPolicy', 'pod-has-network-policy', [networkPolicy, '']],
  [8, 'no ServiceAccount', 'own-service-account', ['      serviceAccountName: blockchain-service\n', '']],
  [8, 'a token of the Kubernetes API', 'service-account-token', ['      automountServiceAccountToken: false\n', ''], ['namespace: rechain-vc-lab }\nautomountServiceAccountToken: false', 'namespace: rechain-vc-lab }\nautomountServiceAccountToken: true']],
  [8, 'a namespace that nobody made', 'namespace-exists', [/^[^]*?---\n/.exec(corrected)?.[0] ?? '', '']],
  [8, 'a namespace without Pod Security', 'namespace-enforces-pod-security', [', pod-security.kubernetes.io/enforce: restricted', '']],
  [9, 'the tag latest', 'pinned-image', [digest, 'latest']],
  [10, 'three pods in five minutes, as cdk8s-plus has it', 'hpa-delay-stated', ['policies: [{ type: Percent, value: 10, periodSeconds: 60 }, { type: Pods, value: 2, periodSeconds: 60 }]', 'policies: [{ type: Pods, value: 3, periodSeconds: 300 }]']],
  [10, 'a utilization of pods', 'hpa-metric-target', ['target: { type: AverageValue, averageValue: "100" }', 'target: { type: Utilization, averageUtilization: 70 }']],
];

const meshDefects: readonly Defect[] = [
  [11, 'circuitBreaker, which is no field', 'schema', ['    outlierDetection: { consecutive5xxErrors: 5,', '    circuitBreaker: { consecutiveErrors: 5,']],
  [11, 'so no circuit breaker', 'outlier-detection', ['    outlierDetection: { consecutive5xxErrors: 5,', '    circuitBreaker: { consecutiveErrors: 5,']],
  [11, 'a balancer of that name is not there', 'schema', ['LEAST_REQUEST', 'LEAST_CONNECTIONS']],
  [12, 'subsets without pods', 'subset-selects-pod', ['labels: { tier: premium } }]', 'labels: { user-type: premium } }]']],
  [13, 'routes before their subsets', 'subset-before-route', [destinationRule, ''], [virtualService, virtualService + destinationRule]],
  [14, 'a Host by which Istio finds no route', 'nginx-mesh-host', ['Host $proxy_host', 'Host $host']],
  [14, 'HTTP/1.0, which Envoy refuses', 'nginx-mesh-http-version', ['          proxy_http_version 1.1;\n', '']],
  [15, 'a client that calls itself premium', 'nginx-identity-header', ['          proxy_set_header user-type $user_type;\n', '']],
  [16, 'a port that does not say its protocol', 'service-port-protocol', ['ports: [{ name: http, port: 80, targetPort: http, appProtocol: http }]', 'ports: [{ port: 80, targetPort: http }]']],
];

const gatewayDefects: readonly Defect[] = [
  [17, 'limit_req_zone in a server', 'nginx-loads', [zone, ''], ['        limit_req zone=api', `  ${zone}        limit_req zone=api`]],
  [17, '503 for too many requests', 'nginx-rate-limit', ['      limit_req_status 429;\n', '']],
  [17, 'one limit for all clients of a load balancer', 'nginx-real-ip', ['      real_ip_header X-Forwarded-For;\n', '']],
  [18, 'an upstream that does not exist', 'nginx-upstream-exists', [server, `${server}\n    ${server.replace('service:80', 'service-2:80')}`]],
  [19, 'headers that a location drops', 'nginx-header-inheritance', ['          proxy_http_version', '          add_header Cache-Control no-store;\n          proxy_http_version']],
  [19, 'headers that errors lack', 'nginx-response-headers', ['DENY always;', 'DENY;']],
  [19, 'a header that is obsolete', 'nginx-response-headers', ['DENY always;', 'DENY always;\n      add_header X-XSS-Protection "1; mode=block" always;']],
  [20, 'retries without bound', 'nginx-retries', [server, `${server}\n    ${server}`], ['          proxy_next_upstream_tries 2;\n          proxy_next_upstream_timeout 10s;\n', '']],
  [20, 'deliberate answers that count as failures', 'nginx-retries', ['invalid_header http_502', 'invalid_header http_500 http_502 http_503']],
  [20, 'a POST that is repeated', 'nginx-retries', ['invalid_header http_502', 'invalid_header non_idempotent http_502']],
  [20, 'retries of the mesh that nobody states', 'route-retries-stated', ['      retries: { attempts: 0 }\n', '']],
];

it('nothing is wrong with the corrected manifests', () => {
  expect(findingsIn(corrected)).toEqual([]);
});

for (const [number, defect, rule, ...edits] of [...workloadDefects, ...meshDefects, ...gatewayDefects]) {
  it(`defect ${number}, ${defect}, is found by ${rule}`, () => {
    const faulty = edits.reduce((text, [from, to]) => {
      expect(from).not.toBe('');
      expect(text).toContain(from);
      return text.replace(from, () => to);
    }, corrected);
    expect(findingsIn(faulty).map((finding) => finding.rule)).toContain(rule);
  });
}

/** Faults that no manifest shows: of service code, of how things are installed, and of sums over the cloud, each with the test of its corrected form. */
const elsewhere: Readonly<Record<number, string>> = {
  21: 'services/lib/config.test.ts',
  22: 'services/lib/shards.test.ts',
  23: 'services/lib/read-write-pool.test.ts',
  24: 'services/web5/consistency.test.ts',
  25: 'platform/connections.test.ts',
  26: 'services/lib/layered-cache/layered-cache.test.ts',
  27: 'services/lib/layered-cache/layered-cache.test.ts',
  28: 'services/lib/layered-cache/shared-cache.test.ts',
  29: 'services/lib/layered-cache/shared-cache.test.ts',
  30: 'services/lib/cdn/purge-queue.test.ts',
  31: 'services/faults/redis.test.ts',
  32: 'services/faults/redis.test.ts',
  33: 'services/lib/metrics.test.ts',
};

it('every defect is in one of the tables', () => {
  const found = new Set([...workloadDefects, ...meshDefects, ...gatewayDefects].map(([number]) => number));
  for (let number = 1; number <= 33; number++) expect([number, found.has(number) || number in elsewhere]).toEqual([number, true]);
  for (const path of Object.values(elsewhere)) expect([path, existsSync(join(__dirname, '..', path))]).toEqual([path, true]);
});
