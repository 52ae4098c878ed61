import { namespaceOf } from '../manifest';
import { listOf, textOf, valueAt, type Fields } from '../narrow';
import type { PodTemplate } from '../pod-template';
import type { PolicyContext, Report, Rule } from '../policy';
import type { ObjectStore } from '../store';
import { suggestion } from '../suggestion';

/** A reference to a Secret in a pod: to the whole of it, or to one of its keys. */
interface SecretReference {
  readonly name: string;
  readonly namePath: string;
  readonly key?: { readonly name: string; readonly path: string };
}

/** Names of Secrets and their keys, by namespace and name. */
type Provided = ReadonlyMap<string, ReadonlySet<string>>;

function providedSecrets(store: ObjectStore, known: NonNullable<PolicyContext['secrets']>): Provided {
  const provided = new Map<string, Set<string>>();
  const provide = (namespace: string, name: string, keys: Iterable<string>): void => {
    const id = `${namespace}/${name}`;
    provided.set(id, new Set([...(provided.get(id) ?? []), ...keys]));
  };
  for (const { namespace, name, keys } of known) provide(namespace, name, keys);
  for (const { object } of store.ofKind('Secret')) {
    const keys = ['data', 'stringData'].flatMap((field) => Object.keys(valueAt(object, field) ?? {}));
    provide(namespaceOf(object), object.metadata.name, keys);
  }
  return provided;
}

/** The references in a volume's secret, or in one source of a projected volume: whole, or item by item. */
function* volumeReferences(source: unknown, nameField: string, path: string): Iterable<SecretReference> {
  const name = textOf(valueAt(source, nameField));
  if (name === undefined || valueAt(source, 'optional') === true) return;
  const namePath = `${path}.${nameField}`;
  const items = listOf(valueAt(source, 'items'));
  if (items.length === 0) yield { name, namePath };
  for (const [index, item] of items.entries()) {
    const key = textOf(valueAt(item, 'key'));
    if (key !== undefined) yield { name, namePath, key: { name: key, path: `${path}.items[${index}].key` } };
  }
}

function* containerReferences(container: unknown, path: string): Iterable<SecretReference> {
  for (const [index, variable] of listOf(valueAt(container, 'env')).entries()) {
    const reference = valueAt(variable, 'valueFrom', 'secretKeyRef');
    const name = textOf(valueAt(reference, 'name'));
    const key = textOf(valueAt(reference, 'key'));
    if (name === undefined || key === undefined || valueAt(reference, 'optional') === true) continue;
    const at = `${path}.env[${index}].valueFrom.secretKeyRef`;
    yield { name, namePath: `${at}.name`, key: { name: key, path: `${at}.key` } };
  }
  for (const [index, source] of listOf(valueAt(container, 'envFrom')).entries()) {
    const name = textOf(valueAt(source, 'secretRef', 'name'));
    if (name === undefined || valueAt(source, 'secretRef', 'optional') === true) continue;
    yield { name, namePath: `${path}.envFrom[${index}].secretRef.name` };
  }
}

function* secretReferences(spec: Fields, path: string): Iterable<SecretReference> {
  for (const field of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const [index, container] of listOf(spec[field]).entries()) {
      yield* containerReferences(container, `${path}.${field}[${index}]`);
    }
  }
  for (const [index, volume] of listOf(spec['volumes']).entries()) {
    const at = `${path}.volumes[${index}]`;
    yield* volumeReferences(valueAt(volume, 'secret'), 'secretName', `${at}.secret`);
    for (const [position, source] of listOf(valueAt(volume, 'projected', 'sources')).entries()) {
      yield* volumeReferences(valueAt(source, 'secret'), 'name', `${at}.projected.sources[${position}].secret`);
    }
  }
}

function judge(reference: SecretReference, { owner, namespace }: PodTemplate, provided: Provided): Report | undefined {
  const { name, namePath, key } = reference;
  const keys = provided.get(`${namespace}/${name}`);
  if (!keys) {
    const message = `nothing provides a Secret of this name in namespace ${namespace}`;
    return { object: owner, path: namePath, received: name, message };
  }
  if (!key || keys.has(key.name)) return undefined;
  const message = `Secret ${name} has no such key${suggestion(key.name, keys)}; it has ${[...keys].join(', ') || 'none'}`;
  return { object: owner, path: key.path, received: key.name, message };
}

/** Every Secret and key that a pod needs is provided, by the set or from outside. Unjudged where that is not known. */
export const secretKeyProvided: Rule = {
  id: 'secret-key-provided',
  title: 'Secrets that pods need are provided',
  why: 'A pod that names a Secret or key that is not there never starts.',
  good: `
apiVersion: v1
kind: Secret
metadata: { name: database, namespace: shop }
stringData: { url: example }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      env: [{ name: DATABASE_URL, valueFrom: { secretKeyRef: { name: database, key: url } } }]
`,
  bad: `
apiVersion: v1
kind: Secret
metadata: { name: database, namespace: shop }
stringData: { url: example }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      env: [{ name: DATABASE_URL, valueFrom: { secretKeyRef: { name: database, key: uri } } }]
`,
  remedy: 'Name a Secret and key that the catalog provides, or add them there.',
  *check(store, { secrets }) {
    if (!secrets) return;
    const provided = providedSecrets(store, secrets);
    for (const template of store.podTemplates()) {
      for (const reference of secretReferences(template.spec, template.path)) {
        const report = judge(reference, template, provided);
        if (report) yield report;
      }
    }
  },
};
