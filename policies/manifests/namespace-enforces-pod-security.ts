import { valueAt } from '../narrow';
import type { Rule } from '../policy';

const LABEL = 'pod-security.kubernetes.io/enforce';
/** Namespaces of the cluster itself, whose pods may do more. */
const SYSTEM = /^kube-/;

/** A namespace admits only pods under the restricted Pod Security Standard. */
export const namespaceEnforcesPodSecurity: Rule = {
  id: 'namespace-enforces-pod-security',
  title: 'Namespaces enforce the restricted Pod Security Standard',
  why: 'Rules on manifests do not see what is applied past them; the API server does.',
  good: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: restricted } }
`,
  bad: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { pod-security.kubernetes.io/warn: restricted } }
`,
  remedy: `Label the namespace ${LABEL}: restricted, and with ${LABEL}-version for a version of the standard.`,
  *check(store) {
    for (const namespace of store.ofKind('Namespace')) {
      const level = valueAt(namespace.object, 'metadata', 'labels', LABEL);
      if (level === 'restricted' || SYSTEM.test(namespace.object.metadata.name)) continue;
      yield { object: namespace, path: `metadata.labels[${JSON.stringify(LABEL)}]`, received: level, message: 'must be restricted' };
    }
  },
};
