import { itIsARule, itTellsApart } from '../rule-testing';
import { injectionDecidedOnce as rule } from './injection-decided-once';

itIsARule(rule);

const namespace = (labels: string): string => `{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { ${labels} } } }`;
itTellsApart(rule, [
  ['both labels', namespace('istio.io/rev: canary'), namespace('istio.io/rev: canary, istio-injection: disabled'), 'metadata.labels["istio.io/rev"]'],
  ['sidecar and ambient mode', namespace('istio-injection: disabled, istio.io/dataplane-mode: ambient'), namespace('istio-injection: enabled, istio.io/dataplane-mode: ambient'), 'metadata.labels["istio.io/dataplane-mode"]'],
]);
