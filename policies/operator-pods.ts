import type { Requirement } from './label-selector';
import { namespaceOf } from './manifest';
import type { ObjectStore } from './store';

/** Groups of Kubernetes and of add-ons whose objects make no pods. */
const WITHOUT_PODS = /(?:^|\.)(?:k8s\.io|istio\.io|cert-manager\.io|external-secrets\.io|elbv2\.k8s\.aws)$/;
/** Objects that only configure what others run. */
const CONFIGURATIONS = new Set(['ServiceMonitor', 'PodMonitor', 'Probe', 'PrometheusRule', 'ScrapeConfig', 'AlertmanagerConfig']);

/** What the custom resources of one namespace are called: operators put their names, kinds and groups on the pods that they make. */
interface CustomResources {
  readonly words: Set<string>;
  readonly groups: Set<string>;
}

/** Whether objects of a kind are those from which an operator makes others, pods among them. */
export function isOperated(group: string, kind: string): boolean {
  return group.includes('.') && !WITHOUT_PODS.test(group) && !CONFIGURATIONS.has(kind);
}

const byStore = new WeakMap<ObjectStore, ReadonlyMap<string, CustomResources>>();

function customResources(store: ObjectStore): ReadonlyMap<string, CustomResources> {
  const known = byStore.get(store);
  if (known) return known;
  const byNamespace = new Map<string, CustomResources>();
  for (const { object } of store.objects) {
    const group = object.apiVersion.split('/')[0] ?? '';
    if (!isOperated(group, object.kind)) continue;
    const found = byNamespace.get(namespaceOf(object)) ?? { words: new Set(), groups: new Set() };
    found.words.add(object.metadata.name).add(object.kind.toLowerCase());
    found.groups.add(group);
    byNamespace.set(namespaceOf(object), found);
  }
  byStore.set(store, byNamespace);
  return byNamespace;
}

/**
 * Whether an operator may make the pods that these requirements select, although no object of the set shows them: the namespace has a
 * custom resource by whose name, kind or group they are selected, as in `prometheus: main` or `cnpg.io/cluster: orders`.
 */
export function mayBeMadeByOperator(store: ObjectStore, namespace: string, requirements: readonly Requirement[]): boolean {
  const found = customResources(store).get(namespace);
  if (!found) return false;
  return requirements.some(({ key, values }) => {
    const domain = key.includes('/') ? (key.split('/')[0] ?? '') : '';
    return values.some((value) => found.words.has(value)) || (domain !== '' && [...found.groups].some((group) => group === domain || group.endsWith(`.${domain}`)));
  });
}
