import { exampleService } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { servicePortProtocol as rule } from './service-port-protocol';

itIsARule(rule);

const namespace = (labels: string): string => `{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { ${labels} } } }\n`;
const meshed = namespace('istio-injection: enabled');
const service = (port: string, more?: string): string => exampleService(`{ port: 80, ${port} }`, more);
const path = 'spec.ports[0].appProtocol';

itTellsApart(rule, [
  ['a name that says nothing', meshed + service('name: grpc-web-x'), meshed + service('name: web-http'), path],
  ['no name', meshed + service('appProtocol: http'), meshed + service('protocol: TCP'), path],
  ['a name that begins like a protocol', meshed + service('name: http'), meshed + service('name: httpx'), path],
  ['a mesh that has revisions', namespace('a: b') + service('name: web'), namespace('istio.io/rev: canary') + service('name: web'), path],
  ['a namespace that has left the mesh', namespace('istio-injection: disabled, istio.io/rev: canary') + service('name: web'), meshed + service('name: web'), path],
]);

it.each([
  ['UDP', meshed + service('protocol: UDP')],
  ['a namespace that is not known', service('name: web')],
  ['a Service that is another name', meshed + service('name: web', 'type: ExternalName')],
])('does not judge %s', (_, yaml) => {
  expect(findingsOf(rule, yaml)).toEqual([]);
});
