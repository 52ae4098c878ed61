import fc from 'fast-check';
import { isFields } from '../narrow';
import { checkManifests, type ManifestObject } from '../policy';
import { findingsOf, itIsARule } from '../rule-testing';
import { schema as rule } from './schema';

itIsARule(rule);

/** Path and message of each finding in an object of a kind with this spec, or other fields (YAML). */
function wrongs(apiVersion: string, kind: string, fields: string): string[] {
  const yaml = `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: web, namespace: shop }, ${fields} }`;
  return findingsOf(rule, yaml).map(({ path, message }) => `${path}: ${message}`);
}

const container = (fields: string): string => `template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, ${fields} }] } }`;
const deployment = (fields: string): string => `spec: { selector: { matchLabels: { app: web } }, ${fields} }`;

/** A valid form of a part of a kind, and one that is wrong at one place only. */
const twins: readonly (readonly [what: string, apiVersion: string, kind: string, right: string, wrong: string, found: string])[] = [
  ['outlier detection that Istio does not know under its old name', 'networking.istio.io/v1', 'DestinationRule',
    'spec: { host: web, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } } }',
    'spec: { host: web, trafficPolicy: { circuitBreaker: { consecutiveErrors: 5 } } }',
    'spec.trafficPolicy.circuitBreaker: unknown field "circuitBreaker"'],
  ['a slip deep in a container', 'apps/v1', 'Deployment',
    deployment(container('lifecycle: { preStop: { exec: { command: [sleep] } } }')),
    deployment(container('lifecycle: { preStop: { exec: { comand: [sleep] } } }')),
    'spec.template.spec.containers[0].lifecycle.preStop.exec.comand: unknown field "comand", did you mean "command"?'],
  ['a slip at the top', 'v1', 'ConfigMap', 'immutable: true', 'imutable: true', 'imutable: unknown field "imutable", did you mean "immutable"?'],
  ['a slip in the metric of an autoscaler', 'autoscaling/v2', 'HorizontalPodAutoscaler',
    'spec: { maxReplicas: 3, scaleTargetRef: { kind: Deployment, name: web }, metrics: [{ type: Pods, pods: { metric: { name: rps }, target: { type: AverageValue, averageValue: 100 } } }] }',
    'spec: { maxReplicas: 3, scaleTargetRef: { kind: Deployment, name: web }, metrics: [{ type: Pods, pods: { metric: { name: rps }, target: { type: AverageValue, avarageValue: 100 } } }] }',
    'spec.metrics[0].pods.target.avarageValue: unknown field "avarageValue", did you mean "averageValue"?'],
  ['a slip in the peer of a NetworkPolicy', 'networking.k8s.io/v1', 'NetworkPolicy',
    'spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }',
    'spec: { podSelector: {}, ingress: [{ from: [{ podSelctor: {} }] }] }',
    'spec.ingress[0].from[0].podSelctor: unknown field "podSelctor", did you mean "podSelector"?'],
  ['a slip in a VirtualService of v1', 'networking.istio.io/v1', 'VirtualService',
    'spec: { hosts: [web], http: [{ route: [{ destination: { host: web } }], retries: { attempts: 2, perTryTimeout: 2s } }] }',
    'spec: { hosts: [web], http: [{ route: [{ destination: { host: web } }], retries: { attempts: 2, perTryTimeOuts: 2s } }] }',
    'spec.http[0].retries.perTryTimeOuts: unknown field "perTryTimeOuts", did you mean "perTryTimeout"?'],
  ['a slip in a ServiceMonitor', 'monitoring.coreos.com/v1', 'ServiceMonitor',
    'spec: { selector: { matchLabels: { app: web } }, endpoints: [{ port: metrics, interval: 15s }] }',
    'spec: { selector: { matchLabels: { app: web } }, endpoints: [{ port: metrics, intervall: 15s }] }',
    'spec.endpoints[0].intervall: unknown field "intervall", did you mean "interval"?'],
  ['a slip in a PrometheusRule', 'monitoring.coreos.com/v1', 'PrometheusRule',
    'spec: { groups: [{ name: web, rules: [{ alert: Down, expr: up == 0, labels: { severity: page } }] }] }',
    'spec: { groups: [{ name: web, rules: [{ alrt: Down, expr: up == 0, labels: { severity: page } }] }] }',
    'spec.groups[0].rules[0].alrt: unknown field "alrt", did you mean "alert"?'],
  ['a slip beneath a port of a PeerAuthentication', 'security.istio.io/v1', 'PeerAuthentication',
    'spec: { mtls: { mode: STRICT }, portLevelMtls: { "8080": { mode: PERMISSIVE }, "9090": { mode: DISABLE } } }',
    'spec: { mtls: { mode: STRICT }, portLevelMtls: { "8080": { mode: PERMISSIVE }, "9090": { mod: DISABLE } } }',
    'spec.portLevelMtls.9090.mod: unknown field "mod", did you mean "mode"?'],
  ['a slip in the name of a volume type, which may be empty', 'v1', 'Pod',
    'spec: { containers: [], volumes: [{ name: tmp, emptyDir: {} }] }', 'spec: { containers: [], volumes: [{ name: tmp, emptydir: {} }] }',
    'spec.volumes[0].emptydir: unknown field "emptydir", did you mean "emptyDir"?'],
  ['a missing field', 'apps/v1', 'Deployment', deployment(container('image: web:1')), `spec: { ${container('image: web:1')} }`,
    'spec.selector: required field is missing'],
  ['a wrong type', 'apps/v1', 'Deployment', deployment(`replicas: 3, ${container('')}`), deployment(`replicas: three, ${container('')}`),
    'spec.replicas: must be integer'],
  ['a label that is no text', 'networking.istio.io/v1', 'DestinationRule',
    'spec: { host: web, subsets: [{ name: a, labels: { tier: "1" } }] }', 'spec: { host: web, subsets: [{ name: a, labels: { tier: 1 } }] }',
    'spec.subsets[0].labels.tier: must be string'],
  ['a quantity in no known unit', 'v1', 'Pod', 'spec: { containers: [{ name: a, resources: { requests: { cpu: 1, memory: 1Gi } } }] }',
    'spec: { containers: [{ name: a, resources: { requests: { cpu: 1, memory: 1 GB } } }] }',
    'spec.containers[0].resources.requests.memory: must be number or a valid quantity'],
  ['a value that is none of the allowed', 'security.istio.io/v1', 'PeerAuthentication', 'spec: { mtls: { mode: STRICT } }', 'spec: { mtls: { mode: STRIKT } }',
    'spec.mtls.mode: must be one of UNSET, DISABLE, PERMISSIVE, STRICT'],
  ['bytes that are not encoded', 'v1', 'Secret', 'data: { url: YQ== }', 'data: { url: a-b }', 'data.url: must be base64'],
  ['two fields of which only one may be set', 'networking.istio.io/v1', 'DestinationRule',
    'spec: { host: web, trafficPolicy: { loadBalancer: { simple: LEAST_REQUEST } } }',
    'spec: { host: web, trafficPolicy: { loadBalancer: { simple: LEAST_REQUEST, consistentHash: { useSourceIp: true } } } }',
    'spec.trafficPolicy.loadBalancer: must set exactly one of the fields that exclude one another, or none of them'],
  ['a match by two kinds of pattern', 'networking.istio.io/v1', 'VirtualService',
    'spec: { hosts: [web], http: [{ match: [{ headers: { user-type: { exact: premium } } }], route: [] }] }',
    'spec: { hosts: [web], http: [{ match: [{ headers: { user-type: { exact: premium, prefix: prem } } }], route: [] }] }',
    'spec.http[0].match[0].headers.user-type: must set exactly one of the fields that exclude one another, or none of them'],
];

it.each(twins)('finds %s', (_, apiVersion, kind, right, wrong, found) => {
  expect(wrongs(apiVersion, kind, right)).toEqual([]);
  expect(wrongs(apiVersion, kind, wrong)).toEqual([found]);
});

it('takes a number or a text where either will do, and nothing else', () => {
  const strategy = (maxSurge: string): string[] => wrongs('apps/v1', 'Deployment', deployment(`strategy: { rollingUpdate: { maxSurge: ${maxSurge} } }, ${container('')}`));
  expect(strategy('1')).toEqual([]);
  expect(strategy('25%')).toEqual([]);
  expect(strategy('true')).toEqual(['spec.strategy.rollingUpdate.maxSurge: must be string or integer']);
});

it('takes any key in labels, annotations and data', () => {
  const maps = 'data: { any.key: a, other_KEY: b }';
  expect(wrongs('v1', 'ConfigMap', maps)).toEqual([]);
  const yaml = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: a, labels: { x/y: a }, annotations: { any: a }, label: { x: a } } }';
  expect(findingsOf(rule, yaml).map(({ path }) => path)).toEqual(['metadata.label']);
});

it('takes what the API server adds: status, and metadata of its own', () => {
  const yaml = (field: string): string =>
    `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a, creationTimestamp: null, resourceVersion: "1", uid: a }, spec: { selector: {}, template: {} }, ${field}: { replicas: 1 } }`;
  expect(findingsOf(rule, yaml('status'))).toEqual([]);
  expect(findingsOf(rule, yaml('state'))).toHaveLength(1);
});

it('takes the fields that the packages strip from their schemas in the kinds that have them, and in no other', () => {
  expect(wrongs('scheduling.k8s.io/v1', 'PriorityClass', 'value: 1, description: a')).toEqual([]);
  expect(wrongs('scheduling.k8s.io/v1', 'PriorityClass', 'value: 1, descriptoin: a')).toHaveLength(1);
  expect(wrongs('v1', 'ConfigMap', 'description: a')).toHaveLength(1);
});

it('takes a field that is undefined for one that is not there', () => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, other: undefined };
  const check = (checked: ManifestObject): unknown[] => checkManifests([{ object: checked, source: 'a' }], { preset: [{ rule, severity: 'error' }], context: {} });
  expect(check(object)).toEqual([]);
  expect(check({ ...object, other: null })).toHaveLength(1);
});

it('finds the same whichever object of a kind comes first', () => {
  const slim = '{ apiVersion: batch/v1, kind: Job, metadata: { name: slim }, spec: { template: { spec: { containers: [] } } } }';
  const wrong = (name: string): string =>
    `{ apiVersion: batch/v1, kind: Job, metadata: { name: ${name} }, spec: { template: { spec: { containers: [{ name: a, env: [{ name: a, valueFrom: { fieldRef: { fieldPaht: a } } }] }] } } } }`;
  const found = { path: 'spec.template.spec.containers[0].env[0].valueFrom.fieldRef.fieldPaht' };
  expect(findingsOf(rule, [slim, wrong('a'), slim, wrong('b')].join('\n---\n')).filter(({ path }) => path === found.path)).toHaveLength(2);
});

it('reads objects that are frozen, and leaves them as they are', () => {
  const object = Object.freeze({ apiVersion: 'v1', kind: 'Service', metadata: Object.freeze({ name: 'a' }), spec: Object.freeze({ ports: Object.freeze([Object.freeze({ port: 80, prot: 80 })]) }) });
  const findings = checkManifests([{ object, source: 'a' }], { preset: [{ rule, severity: 'error' }], context: {} });
  expect(findings.map(({ path }) => path)).toEqual(['spec.ports[0].prot']);
});

it.each([
  ['apps/v1', 'Deploymnet', 'kind', 'apiVersion apps/v1 has no kind Deploymnet, did you mean "Deployment"?'],
  ['networking.istio.io/v1', 'VirtualServices', 'kind', 'apiVersion networking.istio.io/v1 has no kind VirtualServices, did you mean "VirtualService"?'],
  ['apps/v7', 'Deployment', 'apiVersion', 'no schema is known for apiVersion apps/v7'],
  ['netwroking.k8s.io/v1', 'Ingress', 'apiVersion', 'no schema is known for apiVersion netwroking.k8s.io/v1'],
  ['app/v1', 'Deployment', 'apiVersion', 'no schema is known for apiVersion app/v1'],
])('finds the unknown kind %s %s', (apiVersion, kind, path, message) => {
  expect(wrongs(apiVersion, kind, '')).toEqual([`${path}: ${message}`]);
});

it.each([
  ['a kind that someone added to his cluster', 'example.com/v1', 'Thing'],
  ['one that extends Kubernetes', 'gateway.networking.k8s.io/v1', 'HTTPRoute'],
  ['a version that is gone, of which another rule speaks', 'policy/v1beta1', 'PodDisruptionBudget'],
])('does not judge %s', (_, apiVersion, kind) => {
  expect(wrongs(apiVersion, kind, 'spec: {}')).toEqual([]);
});

it('reports every error of an object', () => {
  const fields = deployment(container('imag: a, command: sleep, ports: [{ containerPort: "80" }]'));
  expect(wrongs('apps/v1', 'Deployment', fields).map((wrong) => wrong.split(': ')[0])).toEqual([
    'spec.template.spec.containers[0].imag',
    'spec.template.spec.containers[0].command',
    'spec.template.spec.containers[0].ports[0].containerPort',
  ]);
});

/** A valid Deployment that makes use of a good part of its schema. */
const full = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' }, annotations: { note: 'a' } },
  spec: {
    selector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
    template: {
      metadata: { labels: { app: 'web', tier: 'a' }, annotations: { note: 'a' } },
      spec: {
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { app: 'web' } } }],
        tolerations: [{ key: 'spot', operator: 'Exists' }],
        containers: [
          {
            name: 'web',
            image: 'web:1',
            ports: [{ name: 'http', containerPort: 8080 }],
            env: [{ name: 'URL', valueFrom: { secretKeyRef: { name: 'database', key: 'url' } } }],
            resources: { requests: { cpu: '250m' }, limits: { memory: '512Mi' } },
            readinessProbe: { httpGet: { path: '/ready', port: 'http', httpHeaders: [{ name: 'a', value: 'b' }] } },
            lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
            volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
          },
        ],
        volumes: [{ name: 'tmp', emptyDir: {} }, { name: 'all', projected: { sources: [{ configMap: { name: 'a' } }] } }],
      },
    },
  },
};
const MAPS = new Set(['labels', 'annotations', 'matchLabels', 'requests', 'limits']);

type Container = Record<string, unknown>;

/** The objects in `value`: those that are maps, or those that are not. */
function objectsWithin(value: unknown, maps: boolean, name = ''): Container[] {
  if (Array.isArray(value)) return value.flatMap((element) => objectsWithin(element, maps));
  if (!isFields(value)) return [];
  const deeper = Object.entries(value).flatMap(([field, inner]) => objectsWithin(inner, maps, field));
  return MAPS.has(name) === maps ? [value as Container, ...deeper] : deeper;
}

describe('an unknown key in a valid Deployment', () => {
  const name = fc.stringMatching(/^[a-z]{3,12}[0-9]$/);
  const findingsWith = (maps: boolean, key: string, at: number): number => {
    const object = structuredClone(full);
    const places = objectsWithin(object, maps);
    const place = places[at % places.length];
    if (!place) throw new Error('no place');
    place[key] = 'text';
    return checkManifests([{ object, source: 'a' }], { preset: [{ rule, severity: 'error' }], context: {} }).filter(({ message }) => message.startsWith('unknown field')).length;
  };

  it('is valid without it', () => {
    expect(checkManifests([{ object: full, source: 'a' }], { preset: [{ rule, severity: 'error' }], context: {} })).toEqual([]);
  });

  it('is found in any object', () => {
    expect(objectsWithin(full, false).length).toBeGreaterThan(30);
    fc.assert(fc.property(name, fc.nat(), (key, at) => findingsWith(false, key, at) === 1), { numRuns: 300 });
  });

  it('is right in any map', () => {
    expect(objectsWithin(full, true).length).toBeGreaterThan(6);
    fc.assert(fc.property(name, fc.nat(), (key, at) => findingsWith(true, key, at) === 0), { numRuns: 100 });
  });
});

it('leaves a kind to its definition, where that is in the set', () => {
  const monitor = '{ apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: { name: web }, spec: { selector: {}, endpoints: [], newField: 1 } }';
  const definition = (kind: string): string => `\n---\n{ apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: { name: a }, spec: { group: monitoring.coreos.com, scope: Namespaced, names: { kind: ${kind}, plural: a }, versions: [] } }\n`;
  expect(findingsOf(rule, monitor + definition('ServiceMonitor'))).toEqual([]);
  expect(findingsOf(rule, monitor + definition('PodMonitor'))).toMatchObject([{ path: 'spec.newField' }]);
});
