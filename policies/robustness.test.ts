import fc from 'fast-check';
import { checkManifests, formatFinding, type ManifestObject } from './policy';
import { strict } from './preset';
import { objectsIn } from './rule-testing';

/** Manifests in which every rule finds the fields that it reads. */
const pod = `
    metadata: { labels: { app: web }, annotations: { container.apparmor.security.beta.kubernetes.io/web: unconfined } }
    spec:
      serviceAccountName: web
      automountServiceAccountToken: true
      hostNetwork: true
      os: { name: linux }
      resources: { limits: { cpu: 1 } }
      securityContext: { runAsUser: 0, seccompProfile: { type: Unconfined }, sysctls: [{ name: a, value: b }], seLinuxOptions: { type: a }, windowsOptions: { hostProcess: true }, appArmorProfile: { type: a } }
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } }] } }
      topologySpreadConstraints: [{ topologyKey: a, labelSelector: { matchExpressions: [{ key: app, operator: In, values: [web] }] } }]
      volumes: [{ name: a, hostPath: { path: / } }, { name: b, secret: { secretName: a, items: [{ key: a }] } }, { name: c, projected: { sources: [{ secret: { name: a } }] } }]
      initContainers: [{ name: side, image: "a:1", restartPolicy: Always }]
      containers:
        - name: web
          image: registry:5000/a/b
          imagePullPolicy: Never
          env: [{ name: PASSWORD, value: hunter2 }, { name: PASSWORD, valueFrom: { secretKeyRef: { name: a, key: b } } }]
          envFrom: [{ secretRef: { name: a } }]
          ports: [{ name: http, containerPort: 80, hostPort: 80 }]
          readinessProbe: { httpGet: { path: /, port: http, host: a } }
          livenessProbe: { httpGet: { path: /, port: http, host: a } }
          lifecycle: { preStop: { tcpSocket: { host: a, port: 80 } } }
          resources: { requests: { cpu: 1 } }
          securityContext: { privileged: true, procMount: Unmasked, capabilities: { drop: [ALL], add: [ALL] } }
`;
const manifests = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, labels: { app: web }, annotations: { a: b } }
spec:
  replicas: 2
  strategy: { type: RollingUpdate, rollingUpdate: { maxUnavailable: 100% } }
  selector: { matchLabels: { app: web } }
  template:${pod}
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: web, namespace: shop }
spec: { jobTemplate: { spec: { template: { metadata: { labels: { app: job } }, spec: { containers: [{ name: a }] } } } } }
---
{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop }, spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] } }
---
{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: web, namespace: shop }, spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, minReplicas: 1, metrics: [{ type: Pods, pods: { metric: { name: a } } }] } }
---
{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: web, namespace: shop }, spec: { selector: { matchLabels: { app: web } } } }
---
{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: web, namespace: shop }, spec: { podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: a } }, namespaceSelector: { matchLabels: { a: b } } }] }], egress: [{ to: [{ podSelector: {} }] }] } }
---
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: web, namespace: shop }, spec: { host: web, subsets: [{ name: a, labels: { tier: a } }] } }
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: web, namespace: shop }, data: { PASSWORD: hunter2, config.yaml: "rules: [{ seriesQuery: a, name: { matches: a, as: b }, resources: { overrides: { pod: { resource: pod } } } }]" } }
---
{ apiVersion: v1, kind: Secret, metadata: { name: web, namespace: shop }, data: { a: YQ== }, stringData: { b: c } }
---
{ apiVersion: v1, kind: ServiceAccount, metadata: { name: web, namespace: shop }, automountServiceAccountToken: true }
---
{ apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: { name: web, namespace: shop }, roleRef: { kind: Role, name: a }, subjects: [{ kind: ServiceAccount, name: web, namespace: shop }] }
---
{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: baseline } } }
`;
const objects = objectsIn(manifests).map(({ object }) => object);
const context = { secrets: [{ name: 'a', namespace: 'shop', keys: ['b'] }], imageRegistries: ['docker.io'] };

/** What nobody should write, and somebody will. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, 0, -1, 1.5, Number.NaN, '', ' ', 'text', '__proto__', '{{ .Values.a }}', [], [null], [[]], {}, { a: null }, { toString: 1, valueOf: null }, new Date(0), Object.create(null)),
  fc.jsonValue({ maxDepth: 3 }),
  fc.object({ key: fc.constantFrom('name', 'toString', 'constructor', 'labels', 'matchLabels', 'length', 'a'), maxDepth: 2 }),
);

/** Every place in a value, as the object or list that holds it and the key in it; but for what identifies an object. */
function placesIn(value: unknown, identity: readonly string[]): { readonly holder: Record<string, unknown>; readonly key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).filter((key) => !identity.includes(key)).flatMap((key) => [{ holder, key }, ...placesIn(holder[key], [])]);
}

/** All places but those that name the object, which are texts or it is none. */
const placesOf = (object: ManifestObject): ReturnType<typeof placesIn> => [...placesIn(object, ['apiVersion', 'kind', 'metadata']), ...placesIn(object.metadata, ['name', 'namespace'])];

const findingsIn = (checked: readonly ManifestObject[]): readonly string[] =>
  checkManifests(checked.map((object) => ({ object, source: 'a.yaml' })), { preset: strict, context }).map(formatFinding);

it('finds faults of most rules in the manifests that are to be mutated', () => {
  expect(new Set(findingsIn(objects).map((finding) => finding.split(' ')[1])).size).toBeGreaterThan(30);
  expect(objects.flatMap(placesOf).length).toBeGreaterThan(200);
});

it('no rule throws, whatever stands where', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 4 }), (mutations) => {
      const mutated = structuredClone(objects);
      for (const [at, value] of mutations) {
        const places = mutated.flatMap(placesOf);
        const place = places[at % places.length];
        if (place) place.holder[place.key] = structuredClone(value);
      }
      expect(() => findingsIn(mutated)).not.toThrow();
    }),
    { numRuns: 300 },
  );
});
