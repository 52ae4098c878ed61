import { exampleRoutes } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { routeRetriesStated as rule } from './route-retries-stated';

itIsARule(rule, {}, 'warning');

const route = (more: string): string => exampleRoutes(`- ${more}`);
const to = 'route: [{ destination: { host: web } }]';
itTellsApart(rule, [
  ['no retries', route(`${to}\n      retries: { attempts: 0 }`), route(to), 'spec.http[0].retries'],
  ['retries that are null', route(`${to}\n      retries: { attempts: 1 }`), route(`${to}\n      retries: null`), 'spec.http[0].retries'],
  ['a route, not a redirect', route('redirect: { uri: / }'), route(to), 'spec.http[0].retries'],
  ['a route over HTTP, not over TCP', route(to).replace('http:', 'tcp:'), route(to), 'spec.http[0].retries'],
]);

it('does not judge what applies at a gateway of Istio alone', () => {
  expect(findingsOf(rule, route(to).replace('spec:', 'spec:\n  gateways: [public]'))).toEqual([]);
  expect(findingsOf(rule, route(to).replace('spec:', 'spec:\n  gateways: [public, mesh]'))).toHaveLength(1);
});
