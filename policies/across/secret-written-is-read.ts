import type { AcrossRule } from '../across-rule';
import { examplePod } from '../examples';
import { isFields, listOf } from '../narrow';
import type { ResourceStore } from '../planned-resource';
import { exampleSecret, plannedSecrets } from '../planned-secrets';
import { secretReferences } from '../secret-references';
import type { ObjectStore } from '../store';

/** Which keys of each Secret pods read one by one, by namespace and name. */
function keysThatPodsRead(store: ObjectStore): ReadonlyMap<string, ReadonlySet<string>> {
  const read = new Map<string, Set<string>>();
  for (const { namespace, spec, path } of store.podTemplates()) {
    for (const { name, key } of secretReferences(spec, path)) {
      if (key === undefined) continue;
      const keys = read.get(`${namespace}/${name}`) ?? new Set();
      read.set(`${namespace}/${name}`, keys.add(key.name));
    }
  }
  return read;
}

/** Fields under which a name is that of a Secret: secretName, imagePullSecrets, credentialName, and their like. */
const NAMES_SECRETS = /secret|credential|certificate/i;

/** Every text under such a field. What pods read key by key is known already. */
function addNames(value: unknown, isSecret: boolean, names: Set<string>): void {
  if (typeof value === 'string' && isSecret) names.add(value);
  if (Array.isArray(value)) for (const entry of value) addNames(entry, isSecret, names);
  if (!isFields(value)) return;
  for (const [field, inner] of Object.entries(value)) {
    const isExact = field === 'secretKeyRef' || (field === 'secret' && isFields(inner) && listOf(inner['items']).length > 0);
    if (!isExact) addNames(inner, isSecret || NAMES_SECRETS.test(field), names);
  }
}

/** Names of Secrets that anything takes whole: a pod, an Ingress, a ServiceAccount, an operator's object, the values of a chart. */
function mentionedSecrets(store: ObjectStore, plan: ResourceStore): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { object } of store.objects) addNames(object, false, names);
  for (const { type, inputs } of plan.all) if (type.startsWith('kubernetes:')) addNames(inputs, false, names);
  return names;
}

const reader = examplePod('env: [{ name: DATABASE_URL, valueFrom: { secretKeyRef: { name: database, key: url } } }]');

/** What the plan writes into the Secrets of a namespace, pods or others read. Judged where manifests make pods in that namespace. */
export const secretWrittenIsRead: AcrossRule = {
  id: 'secret-written-is-read',
  title: 'Something reads the Secrets that the plan writes',
  why: 'A secret that nobody reads is one more to keep, renew and lose; often it is the old name of one that somebody reads.',
  good: reader + exampleSecret('url'),
  bad: reader + exampleSecret('url', 'password'),
  remedy: 'Remove the key or the Secret from the program, or name it where it is needed.',
  *check(store, plan) {
    const read = keysThatPodsRead(store);
    let mentioned: ReadonlySet<string> | undefined;
    for (const { resource, name, namespace, keys } of plannedSecrets(plan)) {
      if (name === undefined || keys === undefined || store.podTemplates(namespace).length === 0) continue;
      const ofPods = read.get(`${namespace}/${name}`);
      const unread = keys.filter((key) => !ofPods?.has(key));
      if (unread.length === 0) continue;
      // Looked for in everything there is, and so only when somebody must be found.
      mentioned ??= mentionedSecrets(store, plan);
      if (mentioned.has(name)) continue;
      yield { resource, path: '', received: unread, message: ofPods ? `nothing reads ${unread.join(', ')} of Secret ${name}` : `nothing names Secret ${name}` };
    }
  },
};
