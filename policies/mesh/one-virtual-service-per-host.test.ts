import { exampleRoutes } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { oneVirtualServicePerHost as rule } from './one-virtual-service-per-host';

itIsARule(rule);

const of = (name: string, host: string, more = '', namespace = 'shop'): string =>
  exampleRoutes('- route: []', name).replace('hosts: [web]', `hosts: [${host}]${more && `\n  ${more}`}`).replace('namespace: shop', `namespace: ${namespace}`);
const path = 'spec.hosts[0]';

itTellsApart(rule, [
  ['a host that two are for', of('a', 'web') + of('b', 'api'), of('a', 'web') + of('b', 'web'), path],
  ['a host written in two ways', of('a', 'web') + of('b', 'web.stock.svc.cluster.local'), of('a', 'web') + of('b', 'web.shop.svc.cluster.local'), path],
  ['a host of two namespaces that both are seen in', of('a', 'x.com', '', 'one') + of('b', 'x.com', 'exportTo: [.]', 'two'), of('a', 'x.com', '', 'one') + of('b', 'x.com', 'exportTo: ["*"]', 'two'), path],
  ['a host in the mesh and at a gateway', of('a', 'web') + of('b', 'web', 'gateways: [public]'), of('a', 'web') + of('b', 'web', 'gateways: [public, mesh]'), path],
]);

it('takes short names for Services of the own namespace', () => {
  expect(findingsOf(rule, of('a', 'web', '', 'one') + of('a', 'web', '', 'two'))).toEqual([]);
});
