import { formatRequirements, requirementsOf } from '../label-selector';
import { namespaceOf } from '../manifest';
import { isFields, valueAt } from '../narrow';
import { mayBeMadeByOperator } from '../operator-pods';
import type { Rule } from '../policy';

/** The selector of a PodDisruptionBudget matches a pod of the set. */
export const pdbSelectsPod: Rule = {
  id: 'pdb-selects-pod',
  title: 'A PodDisruptionBudget selects pods',
  why: 'A budget that selects no pod protects none: a node drain may evict all replicas at once.',
  good: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1 }] } }
`,
  bad: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web, tier: premium } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1 }] } }
`,
  remedy: 'Make the selector the same as that of the Deployment it protects.',
  *check(store) {
    for (const budget of store.ofKind('policy/PodDisruptionBudget')) {
      const selector = valueAt(budget.object, 'spec', 'selector');
      const namespace = namespaceOf(budget.object);
      const requirements = requirementsOf(selector);
      // Without a selector a budget selects nothing; with an empty one, every pod.
      if (isFields(selector) && (store.findPod(namespace, requirements) ?? mayBeMadeByOperator(store, namespace, requirements))) continue;
      const received = isFields(selector) ? formatRequirements(requirements) : undefined;
      yield { object: budget, path: 'spec.selector', received, message: `selects no pod in namespace ${namespace}` };
    }
  },
};
