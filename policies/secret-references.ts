import { listOf, textOf, valueAt, type Fields } from './narrow';

/** A reference to a Secret in a pod: to the whole of it, or to one of its keys. */
export interface SecretReference {
  readonly name: string;
  readonly namePath: string;
  /** Whether the pod starts without it. */
  readonly optional: boolean;
  readonly key?: { readonly name: string; readonly path: string };
}

/** The references in a volume's secret, or in one source of a projected volume: whole, or item by item. */
function* volumeReferences(source: unknown, nameField: string, path: string): Iterable<SecretReference> {
  const name = textOf(valueAt(source, nameField));
  if (name === undefined) return;
  const optional = valueAt(source, 'optional') === true;
  const namePath = `${path}.${nameField}`;
  const items = listOf(valueAt(source, 'items'));
  if (items.length === 0) yield { name, namePath, optional };
  for (const [index, item] of items.entries()) {
    const key = textOf(valueAt(item, 'key'));
    if (key !== undefined) yield { name, namePath, optional, key: { name: key, path: `${path}.items[${index}].key` } };
  }
}

function* containerReferences(container: unknown, path: string): Iterable<SecretReference> {
  for (const [index, variable] of listOf(valueAt(container, 'env')).entries()) {
    const reference = valueAt(variable, 'valueFrom', 'secretKeyRef');
    const name = textOf(valueAt(reference, 'name'));
    const key = textOf(valueAt(reference, 'key'));
    if (name === undefined || key === undefined) continue;
    const at = `${path}.env[${index}].valueFrom.secretKeyRef`;
    yield { name, namePath: `${at}.name`, optional: valueAt(reference, 'optional') === true, key: { name: key, path: `${at}.key` } };
  }
  for (const [index, source] of listOf(valueAt(container, 'envFrom')).entries()) {
    const name = textOf(valueAt(source, 'secretRef', 'name'));
    if (name !== undefined) yield { name, namePath: `${path}.envFrom[${index}].secretRef.name`, optional: valueAt(source, 'secretRef', 'optional') === true };
  }
}

/** Every Secret that a pod's containers and volumes name. */
export function* secretReferences(spec: Fields, path: string): Iterable<SecretReference> {
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
