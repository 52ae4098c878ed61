import { itIsARule, itTellsApart } from '../rule-testing';
import { namespaceEnforcesPodSecurity as rule } from './namespace-enforces-pod-security';

itIsARule(rule);

const namespace = (metadata: string): string => `{ apiVersion: v1, kind: Namespace, metadata: { ${metadata} } }`;
const enforce = (level: string): string => namespace(`name: shop, labels: { pod-security.kubernetes.io/enforce: ${level} }`);
const path = 'metadata.labels["pod-security.kubernetes.io/enforce"]';

itTellsApart(rule, [
  ['a lower level', enforce('restricted'), enforce('baseline'), path],
  ['no labels', enforce('restricted'), namespace('name: shop'), path],
  ['any namespace but those of the cluster itself', namespace('name: kube-system'), namespace('name: my-kube-system'), path],
]);
