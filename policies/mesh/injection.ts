import { type Fields, isFields, scalarText, valueAt } from '../narrow';
import type { PodTemplate } from '../pod-template';
import type { ObjectStore } from '../store';

/** Labels by which a namespace or pod asks for Istio's sidecar, and by which a namespace joins the ambient mesh. */
const INJECTION = 'istio-injection';
const REVISION = 'istio.io/rev';
const DATAPLANE = 'istio.io/dataplane-mode';

/** The labels and annotations that decide whether a pod gets a sidecar. */
export const POD_INJECTION = 'sidecar.istio.io/inject';

/** The labels of a Namespace; undefined where it is not among the objects, or has none. */
export function namespaceLabels(store: ObjectStore, namespace: string): Fields | undefined {
  // Some tools write the namespace's own name as its namespace.
  const found = store.find('Namespace', '', namespace) ?? store.find('Namespace', namespace, namespace);
  const labels = valueAt(found?.object, 'metadata', 'labels');
  return isFields(labels) ? labels : undefined;
}

/** Whether the pods of a namespace are in the mesh unless they say otherwise. */
export function isMeshed(store: ObjectStore, namespace: string): boolean {
  const labels = namespaceLabels(store, namespace) ?? {};
  if (labels[INJECTION] === 'disabled') return false;
  return labels[INJECTION] === 'enabled' || typeof labels[REVISION] === 'string' || labels[DATAPLANE] === 'ambient';
}

/** Whether a pod gets a sidecar: as it says itself, else as its namespace does. */
export function hasSidecar(store: ObjectStore, pod: PodTemplate): boolean {
  const own = pod.labels[POD_INJECTION] ?? pod.annotations[POD_INJECTION];
  if (own !== undefined) return scalarText(own) === 'true';
  return pod.labels[REVISION] !== undefined || (isMeshed(store, pod.namespace) && namespaceLabels(store, pod.namespace)?.[DATAPLANE] !== 'ambient');
}
