import { exampleService } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart, podWith } from '../rule-testing';
import { oneProtocolPerPort as rule } from './one-protocol-per-port';

itIsARule(rule);

const meshed = '{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { istio-injection: enabled } } }\n';
const pod = podWith('{ app: web, tier: a }');
const of = (name: string, port: string, selector = 'app: web'): string => `${exampleService(port).replace('name: web', `name: ${name}`).replace('app: web', selector)}`;
const path = 'spec.ports[0].appProtocol';

itTellsApart(rule, [
  ['two names', meshed + pod + of('a', '{ name: http, port: 80 }') + of('b', '{ name: http-x, port: 80 }'), meshed + pod + of('a', '{ name: http, port: 80 }') + of('b', '{ name: grpc, port: 80 }'), path],
  ['a name and a protocol', meshed + pod + of('a', '{ name: http, port: 80 }') + of('b', '{ name: x, appProtocol: http, port: 80 }'), meshed + pod + of('a', '{ name: http, port: 80 }') + of('b', '{ name: http, appProtocol: tcp, port: 80 }'), path],
  ['selectors that meet', meshed + pod + of('a', '{ name: http, port: 80 }') + of('b', '{ name: tcp, port: 80 }', 'tier: b'), meshed + pod + of('a', '{ name: http, port: 80 }') + of('b', '{ name: tcp, port: 80 }', 'tier: a'), path],
  ['targets that meet', meshed + pod + of('a', '{ name: http, port: 80 }') + of('b', '{ name: tcp, port: 80, targetPort: 81 }'), meshed + pod + of('a', '{ name: http, port: 80 }') + of('b', '{ name: tcp, port: 81, targetPort: 80 }'), path],
]);

it('does not judge pods outside the mesh', () => {
  expect(findingsOf(rule, podWith('{ app: web }') + of('a', '{ name: http, port: 80 }') + of('b', '{ name: tcp, port: 80 }'))).toEqual([]);
});
