import { exampleDeployment } from '../examples';
import { requirementsOf } from '../label-selector';
import { namespaceOf, type ManifestObject } from '../manifest';
import { listOf, valueAt } from '../narrow';
import type { PodTemplate } from '../pod-template';
import type { Rule } from '../policy';
import type { ObjectStore } from '../store';

const DIRECTIONS = ['Ingress', 'Egress'] as const;
type Direction = (typeof DIRECTIONS)[number];

/** The directions that a policy restricts: those it names, else Ingress, and Egress where it has rules for it. */
function directionsOf(policy: ManifestObject): ReadonlySet<unknown> {
  const types = listOf(valueAt(policy, 'spec', 'policyTypes'));
  if (types.length > 0) return new Set(types);
  return new Set(valueAt(policy, 'spec', 'egress') === undefined ? ['Ingress'] : DIRECTIONS);
}

/** The pods that some policy restricts in a direction. */
function restricted(store: ObjectStore, direction: Direction): ReadonlySet<PodTemplate> {
  const pods = new Set<PodTemplate>();
  const whole = new Set<string>();
  for (const { object } of store.ofKind('networking.k8s.io/NetworkPolicy')) {
    const namespace = namespaceOf(object);
    if (whole.has(namespace) || !directionsOf(object).has(direction)) continue;
    const requirements = requirementsOf(valueAt(object, 'spec', 'podSelector'));
    // A namespace with a default needs no second look.
    if (requirements.length === 0) whole.add(namespace);
    for (const pod of store.findPods(namespace, requirements)) pods.add(pod);
  }
  return pods;
}

const policy = (types: string): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [${types}] }
`;

/** Every pod is selected by a policy for what comes in, and by one for what goes out. */
export const podHasNetworkPolicy: Rule = {
  id: 'pod-has-network-policy',
  title: 'NetworkPolicies restrict every pod, in and out',
  why: 'A pod that no policy selects is open to every pod of the cluster, and who breaks into it reaches everything from there.',
  good: exampleDeployment('') + policy('Ingress, Egress'),
  bad: exampleDeployment('') + policy('Ingress'),
  remedy: 'Add a default policy for the namespace (podSelector: {}, both policyTypes), and one that allows what the pod needs.',
  *check(store) {
    const byDirection = DIRECTIONS.map((direction) => ({ direction, pods: restricted(store, direction) }));
    for (const pod of store.podTemplates()) {
      // A pod in its node's network is beyond the reach of policies.
      if (pod.spec['hostNetwork'] === true) continue;
      const open = byDirection.filter(({ pods }) => !pods.has(pod)).map(({ direction }) => direction);
      if (open.length === 0) continue;
      const labels = Object.entries(pod.labels).map(([key, value]) => `${key}=${value}`).join(', ');
      yield { object: pod.owner, path: `${pod.metadataPath}.labels`, received: labels, message: `no NetworkPolicy of namespace ${pod.namespace} selects these labels for ${open.join(' and ')}` };
    }
  },
};
