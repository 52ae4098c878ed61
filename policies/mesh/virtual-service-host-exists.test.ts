import { exampleRoutes, exampleService } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { virtualServiceHostExists as rule } from './virtual-service-host-exists';

itIsARule(rule);

const web = exampleService('{ port: 80 }');
const hosts = (names: string, more = ''): string => exampleRoutes('- route: []').replace('hosts: [web]', `hosts: [${names}]${more && `\n  ${more}`}`);

itTellsApart(rule, [
  ['a host that is no Service', web + hosts('web'), web + hosts('web, api'), 'spec.hosts[1]'],
  ['a name that Istio does not complete', web + hosts('web.shop.svc.cluster.local'), web + hosts('web.shop'), 'spec.hosts[0]'],
  ['a host at a gateway and in the mesh', web + hosts('api', 'gateways: [public]'), web + hosts('api', 'gateways: [public, mesh]'), 'spec.hosts[0]'],
]);

it('does not judge hosts outside the cluster, or patterns', () => {
  expect(findingsOf(rule, hosts('api.example.com, "*.shop.svc.cluster.local", "*"'))).toEqual([]);
});
