import { allContainers } from './containers';
import { listOf, textOf, valueAt } from './narrow';
import type { PodTemplate } from './pod-template';
import { serviceAccountOf } from './service-account';
import type { ObjectStore } from './store';

/** An object that a pod needs, by name, and perhaps one of its keys. */
export interface PodReference {
  readonly pod: PodTemplate;
  readonly kind: 'ConfigMap' | 'ServiceAccount' | 'PersistentVolumeClaim';
  readonly name: string;
  /** The field that holds the name. */
  readonly path: string;
  readonly keys: readonly { readonly name: string; readonly path: string }[];
}

function itemKeys(source: unknown, path: string): PodReference['keys'] {
  return listOf(valueAt(source, 'items')).flatMap((item, index) => {
    const name = textOf(valueAt(item, 'key'));
    return name === undefined ? [] : [{ name, path: `${path}.items[${index}].key` }];
  });
}

function configMap(pod: PodTemplate, source: unknown, path: string, keys: PodReference['keys']): PodReference[] {
  const name = textOf(valueAt(source, 'name'));
  return name === undefined || valueAt(source, 'optional') === true ? [] : [{ pod, kind: 'ConfigMap', name, path: `${path}.name`, keys }];
}

function* volumeReferences(pod: PodTemplate): Iterable<PodReference> {
  for (const [index, volume] of listOf(pod.spec['volumes']).entries()) {
    const path = `${pod.path}.volumes[${index}]`;
    const source = valueAt(volume, 'configMap');
    yield* configMap(pod, source, `${path}.configMap`, itemKeys(source, `${path}.configMap`));
    for (const [position, projected] of listOf(valueAt(volume, 'projected', 'sources')).entries()) {
      const at = `${path}.projected.sources[${position}].configMap`;
      yield* configMap(pod, valueAt(projected, 'configMap'), at, itemKeys(valueAt(projected, 'configMap'), at));
    }
    const claim = textOf(valueAt(volume, 'persistentVolumeClaim', 'claimName'));
    if (claim !== undefined) yield { pod, kind: 'PersistentVolumeClaim', name: claim, path: `${path}.persistentVolumeClaim.claimName`, keys: [] };
  }
}

/** Every ConfigMap, ServiceAccount and PersistentVolumeClaim without which a pod does not start. */
export function* podReferences(store: ObjectStore): Iterable<PodReference> {
  for (const { pod, fields, path } of allContainers(store)) {
    for (const [index, variable] of listOf(fields['env']).entries()) {
      const at = `${path}.env[${index}].valueFrom.configMapKeyRef`;
      const source = valueAt(variable, 'valueFrom', 'configMapKeyRef');
      const key = textOf(valueAt(source, 'key'));
      yield* configMap(pod, source, at, key === undefined ? [] : [{ name: key, path: `${at}.key` }]);
    }
    for (const [index, source] of listOf(fields['envFrom']).entries()) {
      yield* configMap(pod, valueAt(source, 'configMapRef'), `${path}.envFrom[${index}].configMapRef`, []);
    }
  }
  for (const pod of store.podTemplates()) {
    yield* volumeReferences(pod);
    // Every namespace has this one.
    if (serviceAccountOf(pod) !== 'default') yield { pod, kind: 'ServiceAccount', name: serviceAccountOf(pod), path: `${pod.path}.serviceAccountName`, keys: [] };
  }
}
