import { examplePod } from '../examples';
import type { ManifestObject } from '../manifest';
import { valueAt } from '../narrow';
import { podReferences, type PodReference } from '../pod-references';
import type { Report, Rule } from '../policy';
import { exampleConfigMap } from '../relation-examples';
import { suggestion } from '../suggestion';

function keysOf(configMap: ManifestObject): ReadonlySet<string> {
  return new Set(['data', 'binaryData'].flatMap((field) => Object.keys(valueAt(configMap, field) ?? {})));
}

function* keyReports({ pod, name, keys }: PodReference, configMap: ManifestObject): Iterable<Report> {
  if (keys.length === 0) return;
  const provided = keysOf(configMap);
  for (const key of keys) {
    if (provided.has(key.name)) continue;
    const message = `ConfigMap ${name} has no such key${suggestion(key.name, provided)}; it has ${[...provided].join(', ') || 'none'}`;
    yield { object: pod.owner, path: key.path, received: key.name, message };
  }
}

/** What a pod needs is there: judged where the set is complete, and keys wherever the ConfigMap is among the objects. */
export const referenceExists: Rule = {
  id: 'reference-exists',
  title: 'ConfigMaps, accounts and volumes that pods need exist',
  why: 'A pod that names an object or key that is not there is never created, or never starts.',
  good: examplePod('env: [{ name: COLOR, valueFrom: { configMapKeyRef: { name: web, key: color } } }]') + exampleConfigMap('{ color: green }'),
  bad: examplePod('env: [{ name: COLOR, valueFrom: { configMapKeyRef: { name: web, key: colour } } }]') + exampleConfigMap('{ color: green }'),
  remedy: 'Correct the name or key, add the object, or mark the reference optional.',
  *check(store, { complete }) {
    for (const reference of podReferences(store)) {
      const { pod, kind, name, path } = reference;
      const found = store.find(kind, pod.namespace, name);
      if (found && kind === 'ConfigMap') yield* keyReports(reference, found.object);
      if (found || !complete) continue;
      const names = store.namesOf(kind, pod.namespace);
      yield { object: pod.owner, path, received: name, message: `there is no ${kind} of this name in namespace ${pod.namespace}${suggestion(name, names)}` };
    }
  },
};
