import { exampleRoutes } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { routeWeights as rule } from './route-weights';

itIsARule(rule);

const weights = (...values: readonly string[]): string => exampleRoutes(`- route: [${values.map((value) => `{ destination: { host: web }${value && `, weight: ${value}`} }`).join(', ')}]`);
const path = 'spec.http[0].route';

itTellsApart(rule, [
  ['all zero', weights('0', '1'), weights('0', '0'), path],
  ['none given among several', weights('0', '100'), weights('', ''), path],
  ['one below zero', weights('0', '100'), weights('-1', '101'), path],
  ['the only one zero', weights(''), weights('0'), path],
]);

it('does not judge a route that redirects', () => {
  expect(findingsOf(rule, exampleRoutes('- redirect: { uri: /x }'))).toEqual([]);
});
