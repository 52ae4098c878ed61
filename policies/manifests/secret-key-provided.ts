import { namespaceOf } from '../manifest';
import { valueAt } from '../narrow';
import type { PodTemplate } from '../pod-template';
import type { PolicyContext, Report, Rule } from '../policy';
import { secretReferences, type SecretReference } from '../secret-references';
import type { ObjectStore } from '../store';
import { suggestion } from '../suggestion';

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
        const report = reference.optional ? undefined : judge(reference, template, provided);
        if (report) yield report;
      }
    }
  },
};
