import { exampleRoutes } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { exampleServer } from './examples';
import { nginxIdentityHeader as rule } from './nginx-identity-header';

itIsARule(rule);

const path = 'data["nginx.conf"]';
const routes = exampleRoutes('- match: [{ headers: { User-Type: { exact: premium } } }]\n      route: []');
const server = (...lines: readonly string[]): string => `${routes}---${exampleServer(...lines, 'location / {\n  proxy_pass http://10.0.0.1;\n}')}`;
const set = (value: string): string => `proxy_set_header user-type ${value};`;

itTellsApart(rule, [
  ['a header that is not set', server(set('$user_type')), server('proxy_set_header Host a;'), path],
  ['a header that the client sets', server(set('""')), server(set('$http_user_type')), path],
  ['a location that drops it', server(set('a')), server(set('a')).replace('proxy_pass', 'proxy_set_header Host a; proxy_pass'), path],
]);

it('asks for nothing where no route decides by a header', () => {
  expect(findingsOf(rule, exampleServer('location / {\n  proxy_pass http://10.0.0.1;\n}'))).toEqual([]);
});
