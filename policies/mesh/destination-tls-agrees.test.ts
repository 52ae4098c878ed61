import { exampleDestination, exampleService } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart, podWith } from '../rule-testing';
import { destinationTlsAgrees as rule } from './destination-tls-agrees';

itIsARule(rule);

const web = exampleService('{ port: 80 }') + podWith('{ app: web }');
const policy = (spec: string, namespace = 'shop'): string => `---\n{ apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: { name: a, namespace: ${namespace} }, spec: { ${spec} } }\n`;
const plain = exampleDestination('trafficPolicy: { tls: { mode: DISABLE } }');
const strict = 'mtls: { mode: STRICT }';
const path = 'spec.trafficPolicy.tls.mode';

itTellsApart(rule, [
  ['plain text to strict pods', web + plain + policy('mtls: { mode: PERMISSIVE }'), web + plain + policy(strict), path],
  ['TLS of one\'s own to strict pods', web + policy(strict) + exampleDestination('trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }'), web + policy(strict) + exampleDestination('trafficPolicy: { tls: { mode: SIMPLE } }'), path],
  ['pods that a policy selects', web + plain + policy(`selector: { matchLabels: { app: api } }, ${strict}`), web + plain + policy(`selector: { matchLabels: { app: web } }, ${strict}`), path],
  ['a policy of the mesh', web + plain + policy(strict, 'stock'), web + plain + policy(strict, 'istio-system'), path],
  ['pods that a policy selects against that of their namespace', web + plain + policy(strict) + policy('selector: { matchLabels: { app: web } }, mtls: { mode: PERMISSIVE }'), web + plain + policy(strict) + policy('selector: { matchLabels: { app: api } }, mtls: { mode: PERMISSIVE }'), path],
]);

it('does not judge pods whose policy has exceptions for ports', () => {
  expect(findingsOf(rule, web + plain + policy(`${strict}, portLevelMtls: { "80": { mode: DISABLE } }`))).toEqual([]);
});
