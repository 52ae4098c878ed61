import { exampleDestination, exampleRoutes } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { subsetBeforeRoute as rule } from './subset-before-route';

itIsARule(rule, {}, 'warning');

const subset = (name: string, host = 'web'): string => exampleDestination(`subsets: [{ name: ${name}, labels: { tier: ${name} } }]`).replace('host: web', `host: ${host}`);
const route = (name: string, host = 'web'): string => exampleRoutes(`- route: [{ destination: { host: ${host}${name && `, subset: ${name}`} } }]`);
const path = 'spec.http[0].route[0].destination.subset';

itTellsApart(rule, [
  ['a subset that comes later', subset('premium') + route('premium'), route('premium') + subset('premium'), path],
  ['a subset that comes later, by its full host', subset('premium') + route('premium'), route('premium', 'web.shop.svc.cluster.local') + subset('premium'), path],
  ['a route to the subset, not to all pods', route('') + subset('premium'), route('premium') + subset('premium'), path],
  ['a copy of requests', subset('premium') + exampleRoutes('- mirror: { host: web, subset: premium }'), exampleRoutes('- mirror: { host: web, subset: premium }') + subset('premium'), 'spec.http[0].mirror.subset'],
]);

it('does not judge a subset that is nowhere, or of another host', () => {
  expect(findingsOf(rule, route('premium'))).toEqual([]);
  expect(findingsOf(rule, route('premium') + subset('premium', 'other'))).toEqual([]);
  expect(findingsOf(rule, route('premium') + subset('standard'))).toEqual([]);
});
