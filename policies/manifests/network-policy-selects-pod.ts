import { formatRequirements, requirementsOf, type Requirement } from '../label-selector';
import { namespaceOf, type ManifestObject, type SourcedObject } from '../manifest';
import { isFields, listOf, valueAt } from '../narrow';
import { mayBeMadeByOperator } from '../operator-pods';
import type { Report, Rule } from '../policy';
import type { ObjectStore } from '../store';

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** A selector of pods in a policy. */
interface PodSelector {
  readonly path: string;
  readonly requirements: readonly Requirement[];
  /** The namespaces in which it selects; undefined where they cannot be told from the policy. */
  readonly namespaces: readonly string[] | undefined;
}

/** The namespaces that a peer's namespaceSelector gives by name. */
function namedNamespaces(namespaceSelector: unknown): readonly string[] | undefined {
  return requirementsOf(namespaceSelector).find(({ key, operator }) => key === NAMESPACE_NAME && operator === 'In')?.values;
}

function* podSelectorsOf(policy: ManifestObject): Iterable<PodSelector> {
  const own = [namespaceOf(policy)];
  yield { path: 'spec.podSelector', requirements: requirementsOf(valueAt(policy, 'spec', 'podSelector')), namespaces: own };
  for (const [direction, end] of [['ingress', 'from'], ['egress', 'to']] as const) {
    for (const [ruleIndex, rule] of listOf(valueAt(policy, 'spec', direction)).entries()) {
      for (const [index, peer] of listOf(valueAt(rule, end)).entries()) {
        const selector = valueAt(peer, 'podSelector');
        if (!isFields(selector)) continue;
        const elsewhere = valueAt(peer, 'namespaceSelector');
        yield {
          path: `spec.${direction}[${ruleIndex}].${end}[${index}].podSelector`,
          requirements: requirementsOf(selector),
          namespaces: isFields(elsewhere) ? namedNamespaces(elsewhere) : own,
        };
      }
    }
  }
}

/** The policy's own namespace is known in full; another one only if the set has pods in it. */
function isJudged(store: ObjectStore, policy: ManifestObject, namespace: string): boolean {
  return namespace === namespaceOf(policy) || store.podTemplates(namespace).length > 0;
}

function* reportsOf(store: ObjectStore, policy: SourcedObject): Iterable<Report> {
  for (const { path, requirements, namespaces } of podSelectorsOf(policy.object)) {
    // An empty selector means all pods there may be, as in a default deny: it is right without any.
    if (requirements.length === 0 || !namespaces?.every((namespace) => isJudged(store, policy.object, namespace))) continue;
    if (namespaces.some((namespace) => store.findPod(namespace, requirements) ?? mayBeMadeByOperator(store, namespace, requirements))) continue;
    const message = `no pod in namespace ${namespaces.join(', ')} has these labels`;
    yield { object: policy, path, received: formatRequirements(requirements), message };
  }
}

/** The pods that a NetworkPolicy protects, and the peers that it names by label, exist in the set. */
export const networkPolicySelectsPod: Rule = {
  id: 'network-policy-selects-pod',
  title: 'A NetworkPolicy selects pods',
  why: 'A policy that selects no pod protects none, and one that names no existing peer cuts off the one it meant.',
  good: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1 }] } }
`,
  bad: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: gateway } } }] }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1 }] } }
`,
  remedy: 'Use labels of a pod template in that namespace; name another namespace with a namespaceSelector. If an operator makes the pods, add the object by which it does to the set, or allow the rule on the policy.',
  *check(store) {
    for (const policy of store.ofKind('networking.k8s.io/NetworkPolicy')) yield* reportsOf(store, policy);
  },
};
