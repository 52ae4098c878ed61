import type { SourcedObject } from '../manifest';
import { valueAt } from '../narrow';
import type { Rule } from '../policy';
import { AUTOSCALER, scaleTargetOf } from '../scale-target';

/** Who is scaled by an autoscaler has no fixed number of replicas. */
export const noFixedReplicasWithHpa: Rule = {
  id: 'no-fixed-replicas-with-hpa',
  title: 'No fixed replicas beside an autoscaler',
  why: 'Every deploy sets the fleet back to the fixed number, however high the load has driven it.',
  good: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1 }] } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 9 }
`,
  bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web:1 }] } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 9 }
`,
  remedy: 'Remove replicas; the minReplicas of the autoscaler is the floor.',
  *check(store) {
    const reported = new Set<SourcedObject>();
    for (const { object } of store.ofKind(AUTOSCALER)) {
      const target = scaleTargetOf(object);
      const scaled = target && store.find(target.groupKind, target.namespace, target.name);
      const replicas = valueAt(scaled?.object, 'spec', 'replicas');
      if (!scaled || replicas === undefined || replicas === null || reported.has(scaled)) continue;
      reported.add(scaled);
      const message = `must be left out: HorizontalPodAutoscaler ${object.metadata.name} sets the number of replicas`;
      yield { object: scaled, path: 'spec.replicas', received: replicas, message };
    }
  },
};
