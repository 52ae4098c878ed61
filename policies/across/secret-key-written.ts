import type { AcrossRule } from '../across-rule';
import { examplePod } from '../examples';
import type { Report } from '../finding';
import { namespaceOf } from '../manifest';
import { isFields, textOf, valueAt } from '../narrow';
import { isOperated } from '../operator-pods';
import { isDecidedLater, type ResourceStore } from '../planned-resource';
import { exampleSecret, plannedSecrets } from '../planned-secrets';
import type { PodTemplate } from '../pod-template';
import { secretReferences, type SecretReference } from '../secret-references';
import type { ObjectStore } from '../store';
import { listing, suggestionAmong } from '../suggestion';

/** Kinds that make Secrets: ExternalSecret, SealedSecret, VaultStaticSecret, Certificate, and their like. */
const MAKES_SECRETS = /(?:Secret|Secrets|Certificate|SecretProviderClass)$/;
/** Group and kind in the type of a planned object, such as `kubernetes:postgresql.cnpg.io/v1:Cluster`. */
const PLANNED_OBJECT = /^kubernetes:([^/]+)\/[^:]*:(.+)$/;
/** Of any object, in characters. */
const LONGEST_NAME = 253;

/** What one namespace's Secrets are, as far as they are known. */
class NamespaceSecrets {
  /** Keys by name; undefined where they are not known. */
  readonly keys = new Map<string, ReadonlySet<string> | undefined>();
  /** Whether Secrets may come from elsewhere, or under a name that is not known. */
  isOpen = false;
  /** Whether the plan writes Secrets here. */
  isPlanned = false;
  /** What the objects are called from which operators make others. */
  readonly operated = new Set<string>();

  add(name: string, keys: readonly string[] | undefined): void {
    const known = this.keys.has(name) ? this.keys.get(name) : new Set<string>();
    this.keys.set(name, known && keys && new Set([...known, ...keys]));
  }

  /** Sees one object, of the manifests or the plan, that may make Secrets. */
  addMaker(group: string, kind: string, name: string | undefined): void {
    if (MAKES_SECRETS.test(kind)) this.isOpen = true;
    else if (!isOperated(group, kind)) return;
    else if (name === undefined || isDecidedLater(name)) this.isOpen = true;
    else this.operated.add(name);
  }

  /** Whether a Secret may be there that is not among the keys: an operator calls it as its object, or begins with that name. */
  mayHave(name: string): boolean {
    return this.isOpen || this.operated.has(name) || [...name.slice(0, LONGEST_NAME).matchAll(/[-.]/g)].some(({ index }) => this.operated.has(name.slice(0, index)));
  }
}

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
    else if (object.apiVersion.includes('/')) of(namespaceOf(object)).addMaker(object.apiVersion.split('/')[0] ?? '', object.kind, object.metadata.name);
  }
  for (const { type, inputs } of plan.all) {
    const [, group, kind] = PLANNED_OBJECT.exec(type) ?? [];
    if (group === undefined || kind === undefined || group === 'core') continue;
    if (group === 'helm.sh') of(textOf(inputs['namespace']) ?? '').isOpen = true;
    else of(textOf(valueAt(inputs, 'metadata', 'namespace')) ?? '').addMaker(group, kind, textOf(valueAt(inputs, 'metadata', 'name')));
  }
  return secrets;
}

function faultOf({ name, namePath, key }: SecretReference, { owner }: PodTemplate, secrets: NamespaceSecrets): Report | undefined {
  const { keys } = secrets;
  if (!keys.has(name)) return secrets.mayHave(name) ? undefined : { object: owner, path: namePath, received: name, message: `the plan writes no Secret of this name${suggestionAmong(name, keys)}; it writes ${listing(keys)}` };
  const written = keys.get(name);
  if (key === undefined || written === undefined || written.has(key.name)) return undefined;
  return { object: owner, path: key.path, received: key.name, message: `the plan writes Secret ${name} without this key${suggestionAmong(key.name, written)}; it has ${listing(written)}` };
}

const reader = examplePod('env: [{ name: DATABASE_URL, valueFrom: { secretKeyRef: { name: database, key: url } } }]');

/**
 * The Secrets that pods name are written by the plan, with the keys that they name. Judged where the plan writes Secrets into the
 * pod's namespace; a Secret that it does not write may be an operator's or a chart's, where there is one in that namespace: an operator's by the name of its object.
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
