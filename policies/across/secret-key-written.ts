import type { AcrossRule } from '../across-rule';
import { examplePod } from '../examples';
import type { Report } from '../finding';
import { namespaceOf } from '../manifest';
import { isFields, textOf, valueAt } from '../narrow';
import type { ResourceStore } from '../planned-resource';
import { exampleSecret, plannedSecrets } from '../planned-secrets';
import type { PodTemplate } from '../pod-template';
import { secretReferences, type SecretReference } from '../secret-references';
import type { ObjectStore } from '../store';
import { suggestion } from '../suggestion';

/** What one namespace's Secrets are, as far as they are known. */
class NamespaceSecrets {
  /** Keys by name; undefined where they are not known. */
  readonly keys = new Map<string, ReadonlySet<string> | undefined>();
  /** Whether Secrets may come from elsewhere, or under a name that is not known. */
  isOpen = false;
  /** Whether the plan writes Secrets here. */
  isPlanned = false;

  add(name: string, keys: readonly string[] | undefined): void {
    const known = this.keys.has(name) ? this.keys.get(name) : new Set<string>();
    this.keys.set(name, known && keys && new Set([...known, ...keys]));
  }
}

/** Kinds that make Secrets: ExternalSecret, SealedSecret, VaultStaticSecret, Certificate, and their like. */
const MAKES_SECRETS = /(?:Secret|Secrets|Certificate|SecretProviderClass)$/;

function secretsByNamespace(store: ObjectStore, plan: ResourceStore): ReadonlyMap<string, NamespaceSecrets> {
  const secrets = new Map<string, NamespaceSecrets>();
  const of = (namespace: string): NamespaceSecrets => {
    const found = secrets.get(namespace) ?? new NamespaceSecrets();
    secrets.set(namespace, found);
    return found;
  };
  for (const { name, namespace, keys } of plannedSecrets(plan)) {
    const found = of(namespace);
    found.isPlanned = true;
    if (name === undefined) found.isOpen = true;
    else found.add(name, keys);
  }
  for (const { object } of store.objects) {
    if (object.apiVersion === 'v1' && object.kind === 'Secret') of(namespaceOf(object)).add(object.metadata.name, ['data', 'stringData'].flatMap((field) => Object.keys(isFields(object[field]) ? object[field] : {})));
    else if (object.apiVersion.includes('/') && MAKES_SECRETS.test(object.kind)) of(namespaceOf(object)).isOpen = true;
  }
  for (const { type, inputs } of plan.all) {
    if (!type.startsWith('kubernetes:')) continue;
    if (type.startsWith('kubernetes:helm.sh/')) of(textOf(inputs['namespace']) ?? '').isOpen = true;
    else if (!type.startsWith('kubernetes:core/') && MAKES_SECRETS.test(type)) of(textOf(valueAt(inputs, 'metadata', 'namespace')) ?? '').isOpen = true;
  }
  return secrets;
}

function faultOf({ name, namePath, key }: SecretReference, { owner }: PodTemplate, { keys, isOpen }: NamespaceSecrets): Report | undefined {
  if (!keys.has(name)) return isOpen ? undefined : { object: owner, path: namePath, received: name, message: `the plan writes no Secret of this name${suggestion(name, keys.keys())}; it writes ${[...keys.keys()].join(', ')}` };
  const written = keys.get(name);
  if (key === undefined || written === undefined || written.has(key.name)) return undefined;
  return { object: owner, path: key.path, received: key.name, message: `the plan writes Secret ${name} without this key${suggestion(key.name, written)}; it has ${[...written].join(', ') || 'none'}` };
}

const reader = examplePod('env: [{ name: DATABASE_URL, valueFrom: { secretKeyRef: { name: database, key: url } } }]');

/**
 * The Secrets that pods name are written by the plan, with the keys that they name. Judged where the plan writes Secrets into the
 * pod's namespace; a Secret that it does not write may be an operator's or a chart's, where there is one in that namespace.
 */
export const secretKeyWritten: AcrossRule = {
  id: 'secret-key-written',
  title: 'The plan writes the Secrets that pods read',
  why: 'Charts name a Secret and key, the cloud program writes them: where the two differ, pods wait in CreateContainerConfigError after everything was created.',
  good: reader + exampleSecret('url'),
  bad: reader + exampleSecret('uri'),
  remedy: 'Give the Secret and key one name on both sides.',
  *check(store, plan) {
    const secrets = secretsByNamespace(store, plan);
    for (const pod of store.podTemplates()) {
      const known = secrets.get(pod.namespace);
      if (!known?.isPlanned) continue;
      for (const reference of secretReferences(pod.spec, pod.path)) {
        const report = reference.optional ? undefined : faultOf(reference, pod, known);
        if (report) yield report;
      }
    }
  },
};
