import { formatRequirements, requireLabels, type Requirement } from '../label-selector';
import { namespaceOf, type SourcedObject } from '../manifest';
import { serviceHostOf } from '../mesh/hosts';
import { listOf, textOf, valueAt } from '../narrow';
import type { Rule } from '../policy';

function selectorOf(service: SourcedObject): readonly Requirement[] {
  return requireLabels(valueAt(service.object, 'spec', 'selector'));
}

/** Each subset of a DestinationRule holds at least one pod of its host's Service. */
export const subsetSelectsPod: Rule = {
  id: 'subset-selects-pod',
  title: 'A subset selects pods of its Service',
  why: 'A route to a subset without pods answers 503 to every request.',
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web, namespace: shop }
spec: { host: web, subsets: [{ name: premium, labels: { tier: premium } }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web-premium, namespace: shop }
spec:
  selector: { matchLabels: { app: web, tier: premium } }
  template: { metadata: { labels: { app: web, tier: premium } }, spec: { containers: [{ name: web, image: web:1 }] } }
`,
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web, namespace: shop }
spec: { host: web, subsets: [{ name: premium, labels: { tier: premium } }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web-premium, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1 }] } }
`,
  remedy: 'Put the labels of the subset on the pod template of a Deployment that the Service selects.',
  *check(store) {
    for (const rule of store.ofKind('networking.istio.io/DestinationRule')) {
      const host = textOf(valueAt(rule.object, 'spec', 'host'));
      const named = host === undefined ? undefined : serviceHostOf(host, namespaceOf(rule.object));
      const service = named && store.find('Service', named.namespace, named.name);
      const selector = service ? selectorOf(service) : [];
      // A host elsewhere, or with endpoints that someone else provides, says nothing about pods here.
      if (!service || selector.length === 0) continue;
      for (const [index, subset] of listOf(valueAt(rule.object, 'spec', 'subsets')).entries()) {
        const labels = requireLabels(valueAt(subset, 'labels'));
        if (store.findPod(namespaceOf(service.object), [...selector, ...labels])) continue;
        const message = `no pod of Service ${service.object.metadata.name} (${formatRequirements(selector)}) has these labels`;
        yield { object: rule, path: `spec.subsets[${index}].labels`, received: formatRequirements(labels), message };
      }
    }
  },
};
