import { formatRequirements, requireLabels } from '../label-selector';
import { namespaceOf } from '../manifest';
import { valueAt } from '../narrow';
import { mayBeMadeByOperator } from '../operator-pods';
import type { Rule } from '../policy';

/** Labels by which a controller tells the pods of one template apart. */
const GIVEN_ONE_BY_ONE = new Set(['statefulset.kubernetes.io/pod-name', 'apps.kubernetes.io/pod-index', 'batch.kubernetes.io/job-completion-index']);

/** The selector of a Service matches a pod of the set. */
export const serviceSelectsPod: Rule = {
  id: 'service-selects-pod',
  title: 'A Service selects pods',
  why: 'A Service whose selector matches no pod has no endpoints: every connection to it is refused.',
  good: `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1 }] } }
`,
  bad: `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: wbe }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1 }] } }
`,
  remedy: 'Make the selector a part of the labels of a pod template in the same namespace.',
  *check(store) {
    for (const service of store.ofKind('Service')) {
      const selector = requireLabels(valueAt(service.object, 'spec', 'selector')).filter(({ key }) => !GIVEN_ONE_BY_ONE.has(key));
      // Without a selector someone else provides the endpoints; an ExternalName has none.
      if (selector.length === 0 || valueAt(service.object, 'spec', 'type') === 'ExternalName') continue;
      const namespace = namespaceOf(service.object);
      if (store.findPod(namespace, selector) ?? mayBeMadeByOperator(store, namespace, selector)) continue;
      const message = `no pod in namespace ${namespace} has these labels`;
      yield { object: service, path: 'spec.selector', received: formatRequirements(selector), message };
    }
  },
};
