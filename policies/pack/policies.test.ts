import { createRequire } from 'node:module';
import { type Policies, type PolicyResource, type ResourceValidationArgs, Secret } from '@pulumi/policy';
import { secretsPreservingProxy } from '@pulumi/policy/secret';
import { load } from 'js-yaml';
import { acrossPresetFor } from '../across-preset';
import type { Fields } from '../narrow';
import { needsOthers } from './needs-others';
import { presetFor } from '../preset';
import { resourcePresetFor } from '../resource-preset';
import { packPolicies, type PackProps } from './policies';

/** As the SDK gives inputs to policies: it declares no types for this. */
const { unknownCheckingProxy } = createRequire(__filename)('@pulumi/policy/proxy') as { unknownCheckingProxy(props: Fields): Fields };
/** How the engine writes a text that is not known yet. */
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

interface Given {
  readonly type: string;
  readonly name: string;
  readonly props: Fields;
}

const DATABASE = 'aws:rds/instance:Instance';
const database = (props: Fields): Given => ({ type: DATABASE, name: 'data', props });
/** A Kubernetes object in YAML. */
function object(type: string, yaml: string): Given {
  return { type: `kubernetes:${type}`, name: 'web', props: load(yaml) as Fields };
}
const pod = (container: string, metadata = ''): Given =>
  object('core/v1:Pod', `{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: shop, labels: { app: web }${metadata} }, spec: { containers: [{ name: web, image: "registry.example.com/web:1.0", ${container} }] } }`);
const service = (app: string): Given => object('core/v1:Service', `{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop }, spec: { selector: { app: ${app} }, ports: [{ name: http, port: 80, appProtocol: http }] } }`);

function unsealed(value: unknown): unknown {
  if (value instanceof Secret) return unsealed(value.value);
  if (Array.isArray(value)) return value.map(unsealed);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, unsealed(entry)])) : value;
}

interface Violation {
  readonly policy: string;
  readonly message: string;
  readonly urn: string | undefined;
}

const never = (): never => {
  throw new Error('not for these policies');
};
/** The SDK types a configuration as whatever a policy asks for. */
const configured = (config: object): ResourceValidationArgs['getConfig'] => <T extends object>(): T => config as T;

/** What the engine does with a pack: remediations, then policies on each resource, then those on the stack, which sees outputs. */
function run(policies: Policies, given: readonly Given[], { remediates = true, outputs = (props: Fields): Fields => props, config = {} } = {}): readonly Violation[] {
  const violations: Violation[] = [];
  const common = { opts: { protect: false, ignoreChanges: [], aliases: [], customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 }, additionalSecretOutputs: [] }, isType: () => false, asType: () => undefined };
  const stack: PolicyResource[] = [];
  for (const { type, name, props } of given) {
    const args = { ...common, type, name, urn: `urn:${type}::${name}`, stackTags: new Map<string, string>(), getConfig: configured(config), notApplicable: never };
    const plain = unsealed(props) as Fields;
    const withSecrets: ResourceValidationArgs = { ...args, props: unknownCheckingProxy(secretsPreservingProxy(props) as Fields) };
    for (const policy of policies) {
      if (remediates && 'remediateResource' in policy) void policy.remediateResource?.(withSecrets);
      if ('validateResource' in policy && typeof policy.validateResource === 'function') void policy.validateResource({ ...args, props: unknownCheckingProxy(plain) }, (message) => violations.push({ policy: policy.name, message, urn: args.urn }));
    }
    stack.push({ ...common, type, name, urn: args.urn, props: unknownCheckingProxy(outputs(plain)), dependencies: [], propertyDependencies: {} });
  }
  for (const policy of policies) {
    if ('validateStack' in policy) void policy.validateStack({ resources: stack, stackTags: new Map(), getConfig: never, notApplicable: never }, (message, urn) => violations.push({ policy: policy.name, message, urn }));
  }
  return violations;
}

const props: PackProps = { environment: 'production', waivers: [], today: new Date('2026-06-15') };
const found = (rule: string, given: readonly Given[], options?: Parameters<typeof run>[2]): readonly Violation[] => run(packPolicies(props), given, options).filter(({ policy }) => policy === rule);

describe('which policies there are', () => {
  const levels = (environment: PackProps['environment']): ReadonlyMap<string, string | undefined> => new Map(packPolicies({ ...props, environment }).map(({ name, enforcementLevel }) => [name, enforcementLevel ?? 'mandatory']));

  it('is told by the environment: errors are mandatory, warnings advisory, and what is off is not there', () => {
    const [production, staging] = [levels('production'), levels('staging')];
    expect([production.get('database-multi-az'), staging.get('database-multi-az')]).toEqual(['mandatory', undefined]);
    expect([production.get('two-replicas'), staging.get('two-replicas'), levels('local').get('two-replicas')]).toEqual(['mandatory', 'advisory', undefined]);
  });

  it('are those of all rules but the ones on the order of files, which a stack does not have', () => {
    const names = new Set(levels('production').keys());
    const applied = [...presetFor('production'), ...resourcePresetFor('production'), ...acrossPresetFor('production')].filter(({ severity }) => severity !== 'off').map(({ rule }) => rule.id);
    expect(applied.filter((id) => !names.has(id))).toEqual(['subset-before-route']);
  });

  it('begins with the one that reads inputs, which all others rely on', () => {
    expect(packPolicies(props)[0]).toMatchObject({ name: 'given-inputs', enforcementLevel: 'remediate' });
  });
});

describe('a resource of the cloud', () => {
  it('is refused where it breaks a rule, with field, value and remedy', () => {
    expect(found('database-encrypted', [database({ storageEncrypted: true })])).toEqual([]);
    expect(found('database-encrypted', [database({ storageEncrypted: false })])).toEqual([{ policy: 'database-encrypted', urn: `urn:${DATABASE}::data`, message: 'storageEncrypted: received false\nmust be true: RDS does not encrypt unless it is told to\nremedy: Set storageEncrypted to true.' }]);
  });

  it('is let off by a waiver while that lasts', () => {
    const waiver = { rule: 'database-encrypted', object: `${DATABASE} data`, reason: 'moving', expires: '2026-06-15', file: 'w.yaml', line: 1 };
    const judged = (today: string): readonly string[] => run(packPolicies({ ...props, waivers: [waiver], today: new Date(today) }), [database({ storageEncrypted: false })]).map(({ policy }) => policy);
    expect(judged('2026-06-15')).not.toContain('database-encrypted');
    expect(judged('2026-06-16')).toContain('database-encrypted');
  });

  it('is not judged by what is known only later', () => {
    expect(found('database-encrypted', [database({ storageEncrypted: UNKNOWN })])).toEqual([]);
  });

  it('may hold a secret, but no credential in plain text', () => {
    expect(found('no-credential-in-input', [database({ password: new Secret('Kq8sLw2Zp0') })])).toEqual([]);
    const violations = found('no-credential-in-input', [database({ password: 'Kq8sLw2Zp0' })]);
    expect(violations).toHaveLength(1);
    expect(violations[0]?.message).not.toContain('Kq8sLw2Zp0');
  });

  it('is judged without remediations too; no value is shown then, and no credential found', () => {
    const [violation] = found('database-encrypted', [database({ storageEncrypted: false })], { remediates: false });
    expect(violation?.message).toMatch(/^storageEncrypted: must be true/);
    expect(found('no-credential-in-input', [database({ password: new Secret('Kq8sLw2Zp0') })], { remediates: false })).toEqual([]);
  });

  it('is judged together with what stands beside it', () => {
    const bucket = { type: 'aws:s3/bucket:Bucket', name: 'assets', props: { bucket: 'assets' } };
    const versioning = { type: 'aws:s3/bucketVersioning:BucketVersioning', name: 'assets', props: { bucket: 'assets', versioningConfiguration: { status: 'Enabled' } } };
    expect(found('bucket-versioned', [bucket, versioning])).toEqual([]);
    expect(found('bucket-versioned', [bucket])).toMatchObject([{ urn: 'urn:aws:s3/bucket:Bucket::assets' }]);
  });
});

describe('a Kubernetes object', () => {
  const privileged = 'securityContext: { privileged: true }';
  const hostPod = object('core/v1:Pod', '{ apiVersion: v1, kind: Pod, spec: { hostPID: true, containers: [{ name: web, image: web, securityContext: { privileged: true } }] } }');

  it('is refused where it breaks a rule, unless it says why it may', () => {
    expect(found('no-privileged-container', [pod('securityContext: { privileged: false }')])).toEqual([]);
    expect(found('no-privileged-container', [pod(privileged)])).toMatchObject([{ urn: 'urn:kubernetes:core/v1:Pod::web' }]);
    const allowed = (reason: string): Given => pod(privileged, `, annotations: { policies.rechain.network/allow.no-privileged-container: "${reason}" }`);
    expect(found('no-privileged-container', [allowed('it is the CNI')])).toEqual([]);
    expect(found('no-privileged-container', [allowed('')])).toHaveLength(1);
  });

  it('may take its images from the registries of the configuration, and from any without one', () => {
    const judged = (...imageRegistries: readonly string[]): number => found('allowed-registry', [pod('')], { config: { imageRegistries } }).length;
    expect([judged('registry.example.com'), judged('ghcr.io'), found('allowed-registry', [pod('')]).length]).toEqual([0, 1, 0]);
  });

  it('is judged by what is known, beside what is known only later', () => {
    const given = pod(`env: [{ name: URL, value: ${UNKNOWN} }], securityContext: { privileged: true, readOnlyRootFilesystem: ${UNKNOWN} }`);
    expect(found('no-privileged-container', [given])).toHaveLength(1);
    expect(found('read-only-root-filesystem', [given])).toEqual([]);
    expect(found('read-only-root-filesystem', [pod(privileged)])).toHaveLength(1);
    const second = (isPrivileged: string): Given => pod(`${privileged} }, { name: proxy, image: "proxy:1.0", securityContext: { privileged: ${isPrivileged} }`);
    expect(found('no-privileged-container', [second(UNKNOWN)])).toHaveLength(1);
    expect(found('no-privileged-container', [second('true')])).toHaveLength(2);
  });

  it('is judged as ever where labels, namespace or annotations are withheld, or all metadata is', () => {
    const ids = (metadata: unknown): readonly string[] => run(packPolicies(props), [{ ...hostPod, props: { ...hostPod.props, metadata } }]).map(({ policy }) => policy).filter((id) => !needsOthers.has(id));
    const metadata = { name: 'web', namespace: 'shop', labels: { app: 'web', tier: 'front' }, annotations: { team: 'shop' } };
    const all = ids(metadata);
    expect(all.length).toBeGreaterThan(10);
    for (const withheld of [new Secret('web'), UNKNOWN]) {
      for (const part of [{ labels: { app: withheld } }, { labels: withheld }, { namespace: withheld }, { annotations: withheld }, { annotations: { team: withheld } }, { name: withheld }]) expect(ids({ ...metadata, ...part })).toEqual(all);
      expect(ids(withheld)).toEqual(all);
    }
    expect(ids(null)).toEqual(ids(undefined));
    expect(ids(null).length).toBeGreaterThan(10);
  });

  it('with a spec that is withheld is not judged by it, yet by the rest', () => {
    const given = object('core/v1:Pod', `{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: default }, spec: ${UNKNOWN} }`);
    expect(run(packPolicies(props), [given])).toEqual([]);
    const claim = object('core/v1:Pod', `{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: shop }, spec: { hostPID: true, containers: ${UNKNOWN} } }`);
    expect(run(packPolicies(props), [claim]).length).toBeGreaterThan(0);
  });

  it('is not judged where it is a patch of one, which is there for others', () => {
    const patch: Given = { ...pod(privileged), type: 'kubernetes:core/v1:PodPatch' };
    expect(run(packPolicies(props), [patch])).toEqual([]);
    expect(found('service-selects-pod', [service('other'), patch])).toEqual([]);
    const scaler = object('autoscaling/v2:HorizontalPodAutoscaler', '{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: web, namespace: shop }, spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 3 } }');
    const deployment = object('apps/v1:Deployment', '{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web, namespace: shop }, spec: { paused: true } }');
    expect(found('hpa-target-exists', [scaler, { ...deployment, type: 'kubernetes:apps/v1:DeploymentPatch' }])).toEqual([]);
    expect(found('hpa-target-exists', [scaler])).toHaveLength(1);
  });

  it('is each item of a list', () => {
    const { props: inputs } = pod(privileged);
    const list = (...items: readonly unknown[]): Given => ({ type: 'kubernetes:core/v1:PodList', name: 'web', props: { apiVersion: 'v1', kind: 'PodList', items } });
    expect(found('no-privileged-container', [list(inputs, pod('').props, { metadata: inputs['metadata'], spec: inputs['spec'] })])).toHaveLength(2);
    expect(found('service-selects-pod', [service('other'), list(inputs)])).toHaveLength(1);
    expect(found('service-selects-pod', [service('web'), list(inputs)])).toEqual([]);
    expect(found('service-selects-pod', [service('other'), { ...list(), props: { apiVersion: 'v1', kind: 'PodList', items: UNKNOWN } }])).toEqual([]);
  });

  it('bears the name of its resource where it has none of its own', () => {
    const nameless = (image: string): Given => object('core/v1:Pod', `{ apiVersion: v1, kind: Pod, spec: { containers: [{ name: web, image: "${image}" }] } }`);
    expect(found('pinned-image', [nameless('web:latest')])).toHaveLength(1);
    expect(found('pinned-image', [nameless('web:1.0')])).toEqual([]);
    expect(found('unique-object', [nameless('web:1.0'), { ...nameless('web:1.0'), name: 'other' }])).toEqual([]);
    expect(found('unique-object', [pod(''), { ...pod(''), name: 'again' }])).toHaveLength(1);
  });

  it('is one only where it has a kind: what a chart holds is not known', () => {
    expect(run(packPolicies(props), [{ type: 'kubernetes:helm.sh/v3:Release', name: 'istiod', props: { chart: 'istiod' } }])).toEqual([]);
  });
});

describe('the Kubernetes objects of a stack', () => {
  it('are judged together, by inputs even where outputs are not there yet', () => {
    for (const outputs of [undefined, () => ({})]) {
      const options = outputs && { outputs };
      expect(found('service-selects-pod', [service('web'), pod('')], options)).toEqual([]);
      expect(found('service-selects-pod', [service('other'), pod('')], options)).toMatchObject([{ urn: 'urn:kubernetes:core/v1:Service::web' }]);
    }
  });

  it('are not judged together where what they are found by is known only later, or nothing is', () => {
    expect(found('service-selects-pod', [service('other'), object('core/v1:Pod', `{ apiVersion: v1, kind: Pod, metadata: { name: api, namespace: shop, labels: { app: ${UNKNOWN} } }, spec: { containers: [] } }`)])).toEqual([]);
    for (const given of [{}, { apiVersion: 'v1', kind: 'Pod', metadata: UNKNOWN, spec: {} }]) expect(found('service-selects-pod', [service('other'), { type: 'kubernetes:core/v1:Pod', name: 'api', props: given }])).toEqual([]);
    const outputs = (inputs: Fields): Fields => (inputs['kind'] === 'Pod' ? {} : inputs);
    expect(found('service-selects-pod', [service('web'), pod('')], { remediates: false, outputs })).toEqual([]);
  });

  it('are judged beside one whose labels or namespace are known only later, but for what that one may be', () => {
    const deployment = (name: string, labels: string, namespace = 'shop'): Given => ({ ...object('apps/v1:Deployment', `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: ${name}, namespace: ${namespace} }, spec: { selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: ${labels} }, spec: { containers: [{ name: web, image: "web:1.0" }] } } } }`), name });
    const two = [deployment('web', '{ app: web }'), deployment('api', '{ app: api }')];
    const of = (given: readonly Given[]): readonly Violation[] => run(packPolicies(props), given).filter(({ policy, urn }) => needsOthers.has(policy) && !urn?.endsWith('::later'));
    const findings = of(two);
    expect(new Set(findings.map(({ policy }) => policy)).size).toBeGreaterThan(2);
    for (const later of [deployment('later', `{ app: ${UNKNOWN} }`), deployment('later', UNKNOWN), deployment('later', '{ app: later }', UNKNOWN)]) {
      for (const given of [[...two, later], [later, ...two]]) expect(of(given)).toEqual(findings);
      expect(run(packPolicies(props), [...two, later]).filter(({ policy, urn }) => needsOthers.has(policy) && urn?.endsWith('::later'))).toEqual([]);
    }
  });

  it('may read a Secret whose namespace is known only later', () => {
    const secret = (name: string, namespace: string): Given => ({ ...object('core/v1:Secret', `{ apiVersion: v1, kind: Secret, metadata: { name: ${name}, namespace: ${namespace} }, stringData: { url: x } }`), name });
    const reader = pod('env: [{ name: URL, valueFrom: { secretKeyRef: { name: database, key: url } } }]');
    expect(found('secret-key-written', [reader, secret('login', 'shop')])).toHaveLength(1);
    for (const namespace of ['shop', UNKNOWN]) expect(found('secret-key-written', [reader, secret('login', 'shop'), secret('database', namespace)])).toEqual([]);
  });
});
