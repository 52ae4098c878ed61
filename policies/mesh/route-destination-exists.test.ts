import { exampleRoutes, exampleService } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { routeDestinationExists as rule } from './route-destination-exists';

itIsARule(rule);

const web = exampleService('{ port: 80 }');
const two = exampleService('{ name: http, port: 80 }, { name: http-metrics, port: 9090 }');
const to = (destination: string): string => exampleRoutes(`- route: [{ destination: { ${destination} } }]`);
const host = 'spec.http[0].route[0].destination.host';

itTellsApart(rule, [
  ['a host that is no Service', web + to('host: web'), web + to('host: wbe'), host],
  ['a host in full', web + to('host: web.shop.svc.cluster.local'), web + to('host: wbe.shop.svc.cluster.local'), host],
  ['a name that Istio does not complete', web + to('host: web'), web + to('host: web.shop'), host],
  ['a name that Istio does not complete either', web + to('host: web'), web + to('host: web.shop.svc'), host],
  ['a Service of another namespace', web + to('host: web'), web.replace('namespace: shop', 'namespace: stock') + to('host: web'), host],
  ['a port that the Service lacks', web + to('host: web, port: { number: 80 }'), web + to('host: web, port: { number: 8080 }'), 'spec.http[0].route[0].destination.port.number'],
  ['a port that is left open', two + to('host: web, port: { number: 80 }'), two + to('host: web'), 'spec.http[0].route[0].destination.port'],
  ['a mirror', web + exampleRoutes('- mirror: { host: web }'), web + exampleRoutes('- mirror: { host: wbe }'), 'spec.http[0].mirror.host'],
  ['a second mirror', web + exampleRoutes('- mirrors: [{ destination: { host: web } }]'), web + exampleRoutes('- mirrors: [{ destination: { host: wbe } }]'), 'spec.http[0].mirrors[0].destination.host'],
]);

it.each([
  ['a host outside the cluster', 'host: api.example.com'],
  ['a namespace of which nothing is known', 'host: web.other.svc.cluster.local'],
])('does not judge %s', (_, destination) => {
  expect(findingsOf(rule, to(destination))).toEqual([]);
});

it('knows hosts that a ServiceEntry provides', () => {
  const entry = '---\n{ apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: { name: a, namespace: shop }, spec: { hosts: [web.shop.svc.cluster.local] } }\n';
  expect(findingsOf(rule, entry + to('host: web'))).toEqual([]);
  expect(findingsOf(rule, to('host: web'))).toHaveLength(1);
});

it('judges hosts of every namespace where the set is complete', () => {
  expect(findingsOf(rule, to('host: web.other.svc.cluster.local'), { complete: true })).toHaveLength(1);
});
