import { exampleDestination } from '../relation-examples';
import { itIsARule, itTellsApart } from '../rule-testing';
import { destinationTlsVerified as rule } from './destination-tls-verified';

itIsARule(rule);

const tls = (fields: string): string => exampleDestination(`trafficPolicy: { tls: { ${fields} } }`);
const path = 'spec.trafficPolicy.tls.caCertificates';
itTellsApart(rule, [
  ['no CA', tls('mode: SIMPLE, caCertificates: /ca.pem'), tls('mode: SIMPLE'), path],
  ['no CA in mutual TLS of one\'s own', tls('mode: MUTUAL, credentialName: web'), tls('mode: MUTUAL'), path],
  ['no verification', tls('mode: SIMPLE, caCertificates: system'), tls('mode: SIMPLE, caCertificates: system, insecureSkipVerify: true'), 'spec.trafficPolicy.tls.insecureSkipVerify'],
  ['no CA, where the mesh has none', tls('mode: ISTIO_MUTUAL'), tls('mode: SIMPLE'), path],
  ['no CA for a port', exampleDestination('trafficPolicy: { portLevelSettings: [{ tls: { mode: DISABLE } }] }'), exampleDestination('trafficPolicy: { portLevelSettings: [{ tls: { mode: SIMPLE } }] }'), 'spec.trafficPolicy.portLevelSettings[0].tls.caCertificates'],
  ['no CA for a subset', exampleDestination('subsets: [{ trafficPolicy: { tls: {} } }]'), exampleDestination('subsets: [{ trafficPolicy: { tls: { mode: SIMPLE } } }]'), 'spec.subsets[0].trafficPolicy.tls.caCertificates'],
]);
