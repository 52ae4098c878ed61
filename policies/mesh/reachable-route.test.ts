import { exampleRoutes } from '../relation-examples';
import { itIsARule, itTellsApart } from '../rule-testing';
import { reachableRoute as rule } from './reachable-route';

itIsARule(rule);

const routes = (...matches: readonly string[]): string => exampleRoutes(matches.map((match) => `- { match: [${match}], route: [] }`).join('\n    '));

itTellsApart(rule, [
  ['a route after one for everything', routes('{ uri: { prefix: /a } }', ''), routes('', '{ uri: { prefix: /a } }'), 'spec.http[1]'],
  ['a route after one for the prefix of everything', routes('{ uri: { prefix: /a } }', '{ uri: { prefix: / } }'), routes('{ uri: { prefix: / } }', '{ uri: { prefix: /a } }'), 'spec.http[1]'],
  ['a match that stood before', routes('{ uri: { exact: /a }, port: 1 }', '{ port: 2, uri: { exact: /a } }'), routes('{ uri: { exact: /a }, port: 1 }', '{ port: 1, uri: { exact: /a }, name: again }'), 'spec.http[1].match[0]'],
  ['a second route for everything', routes('{ headers: { a: { exact: b } } }', ''), routes('', ''), 'spec.http[1]'],
]);
