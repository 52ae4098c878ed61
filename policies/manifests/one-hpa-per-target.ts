import type { SourcedObject } from '../manifest';
import type { Rule } from '../policy';
import { AUTOSCALER, scaleTargetOf } from '../scale-target';

/** A workload is scaled by one autoscaler at most. */
export const oneHpaPerTarget: Rule = {
  id: 'one-hpa-per-target',
  title: 'One autoscaler for one target',
  why: 'Two autoscalers overwrite each other: the number of replicas jumps between what the one and the other wants.',
  good: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 9 }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web-premium, namespace: shop }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web-premium }, maxReplicas: 9 }
`,
  bad: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 9 }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web-premium, namespace: shop }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 9 }
`,
  remedy: 'Keep one HorizontalPodAutoscaler with all metrics, or give each its own Deployment.',
  *check(store) {
    const firstByTarget = new Map<string, SourcedObject>();
    for (const autoscaler of store.ofKind(AUTOSCALER)) {
      const target = scaleTargetOf(autoscaler.object);
      if (!target) continue;
      const key = `${target.groupKind}\n${target.namespace}\n${target.name}`;
      const first = firstByTarget.get(key);
      if (!first) {
        firstByTarget.set(key, autoscaler);
        continue;
      }
      const message = `${target.groupKind} ${target.name} is already scaled by HorizontalPodAutoscaler ${first.object.metadata.name} (${first.source})`;
      yield { object: autoscaler, path: 'spec.scaleTargetRef.name', received: target.name, message };
    }
  },
};
