import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { exampleNginx } from './examples';
import { nginxServerTokens as rule } from './nginx-server-tokens';

itIsARule(rule);

const path = 'data["nginx.conf"]';

itTellsApart(rule, [
  ['a server without', exampleNginx('server_tokens off;', 'server {}'), exampleNginx('server {}'), path],
  ['a server that turns it on', exampleNginx('server_tokens off;', 'server {}'), exampleNginx('server_tokens off;', 'server {\n  server_tokens on;\n}'), path],
]);

it('does not judge a file that is included elsewhere', () => {
  expect(findingsOf(rule, exampleNginx().replace(/    events[^]*/, '    server {\n    }\n'))).toEqual([]);
});
