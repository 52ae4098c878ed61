import { findingsOf, itIsARule, itTellsApart, podOfContainer } from '../rule-testing';
import { noProxyUserId as rule } from './no-proxy-user-id';

itIsARule(rule);

const namespace = (labels: string): string => `{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { ${labels} } } }\n---\n`;
const meshed = namespace('istio-injection: enabled');
const pod = (uid: number): string => podOfContainer(`securityContext: { runAsUser: ${uid} }`);
const path = 'spec.containers[0].securityContext.runAsUser';
itTellsApart(rule, [
  ['the uid of a container', meshed + pod(1_338), meshed + pod(1_337), path],
  ['the uid of a pod', meshed + podOfContainer('image: a', 'securityContext: { runAsUser: 1 }'), meshed + podOfContainer('image: a', 'securityContext: { runAsUser: 1337 }'), 'spec.securityContext.runAsUser'],
  ['a pod that does not stay out', meshed + pod(1_337).replace('app: web', 'sidecar.istio.io/inject: "false"'), meshed + pod(1_337), path],
  ['a pod that joins by itself', pod(1_337), pod(1_337).replace('app: web', 'sidecar.istio.io/inject: "true"'), path],
]);

it('does not judge pods of the ambient mesh, which have no sidecar', () => {
  expect(findingsOf(rule, namespace('istio.io/dataplane-mode: ambient') + pod(1_337))).toEqual([]);
});
