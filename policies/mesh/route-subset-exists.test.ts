import { exampleDestination, exampleRoutes } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { routeSubsetExists as rule } from './route-subset-exists';

itIsARule(rule);

const subsets = exampleDestination('subsets: [{ name: standard }, { name: premium }]');
const to = (destination: string): string => exampleRoutes(`- route: [{ destination: { host: web } }, { destination: { ${destination} } }]`);
const path = 'spec.http[0].route[1].destination.subset';

itTellsApart(rule, [
  ['a subset that is not there', subsets + to('host: web, subset: premium'), subsets + to('host: web, subset: premum'), path],
  ['a host without DestinationRule', subsets + to('host: web, subset: premium'), subsets.replace('host: web', 'host: api') + to('host: web, subset: premium'), path],
  ['a DestinationRule of another namespace', subsets + to('host: web.shop.svc.cluster.local, subset: premium'), subsets.replace('namespace: shop', 'namespace: stock') + to('host: web, subset: premium'), path],
]);

it('knows the host of a rule in full', () => {
  expect(findingsOf(rule, subsets.replace('host: web', 'host: web.shop.svc.cluster.local') + to('host: web, subset: premium'))).toEqual([]);
});
