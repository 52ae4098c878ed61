import type { PodContainer } from './containers';
import { isFields, listOf, scalarText, textOf, valueAt } from './narrow';
import type { ObjectStore } from './store';

/** A container's variables by name; undefined for one whose value is elsewhere, in a Secret or of the pod itself. */
export type ContainerEnvironment = ReadonlyMap<string, string | undefined>;

function configMapData(store: ObjectStore, namespace: string, name: unknown): Readonly<Record<string, unknown>> {
  const data = valueAt(store.find('ConfigMap', namespace, textOf(name) ?? '')?.object, 'data');
  return isFields(data) ? data : {};
}

/** The environment that a container starts with, as far as the manifests tell: a later source wins, and `env` over `envFrom`. */
export function environmentOf(store: ObjectStore, { fields, pod: { namespace } }: PodContainer): ContainerEnvironment {
  const environment = new Map<string, string | undefined>();
  for (const source of listOf(fields['envFrom'])) {
    const prefix = textOf(valueAt(source, 'prefix')) ?? '';
    for (const [key, value] of Object.entries(configMapData(store, namespace, valueAt(source, 'configMapRef', 'name')))) environment.set(`${prefix}${key}`, scalarText(value));
  }
  for (const variable of listOf(fields['env'])) {
    const name = textOf(valueAt(variable, 'name'));
    if (name === undefined) continue;
    const reference = valueAt(variable, 'valueFrom', 'configMapKeyRef');
    const value = reference === undefined ? valueAt(variable, 'value') : configMapData(store, namespace, valueAt(reference, 'name'))[textOf(valueAt(reference, 'key')) ?? ''];
    environment.set(name, value === undefined || value === null ? undefined : scalarText(value));
  }
  return environment;
}
