import { isFields, valueAt } from '../narrow';
import type { Rule } from '../policy';

const namespace = (labels: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { ${labels} } }
`;

/** A namespace says in one way whether its pods join the mesh. */
export const injectionDecidedOnce: Rule = {
  id: 'injection-decided-once',
  title: 'A namespace says once whether its pods join the mesh',
  why: 'With both labels istio-injection wins, and the revision that was to be tried never runs (IST0123); with sidecar and ambient mode pods are in the mesh twice.',
  good: namespace('istio-injection: enabled'),
  bad: namespace('istio-injection: enabled, istio.io/rev: canary'),
  remedy: 'Keep one of the labels.',
  *check(store) {
    for (const object of store.ofKind('Namespace')) {
      const labels = valueAt(object.object, 'metadata', 'labels');
      if (!isFields(labels)) continue;
      const sidecar = labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined;
      if (labels['istio-injection'] !== undefined && labels['istio.io/rev'] !== undefined) {
        yield { object, path: 'metadata.labels["istio.io/rev"]', received: labels['istio.io/rev'], message: 'must be left out beside istio-injection' };
      } else if (sidecar && labels['istio.io/dataplane-mode'] === 'ambient') {
        yield { object, path: 'metadata.labels["istio.io/dataplane-mode"]', received: 'ambient', message: 'must be left out beside a label for sidecars' };
      }
    }
  },
};
