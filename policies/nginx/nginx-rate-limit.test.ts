import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { exampleNginx, exampleServer } from './examples';
import { nginxRateLimit as rule } from './nginx-rate-limit';

itIsARule(rule);

const path = 'data["nginx.conf"]';
const limited = (http: string, limit: string): string => exampleNginx('limit_req_zone $binary_remote_addr zone=a:1m rate=1r/s;', http, `server {\n  location / {\n    proxy_pass http://10.0.0.1;\n    ${limit}\n  }\n}`);

itTellsApart(rule, [
  ['no limit', limited('limit_req_status 429;', 'limit_req zone=a;'), limited('limit_req_status 429;', ''), path],
  ['the default answer', limited('limit_req_status 429;', 'limit_req zone=a;'), limited('', 'limit_req zone=a;'), path],
  ['another answer', limited('limit_req zone=a;', 'limit_req_status 429;'), limited('limit_req zone=a;', 'limit_req_status 503;'), path],
]);

it('asks for no limit where nginx answers itself', () => {
  expect(findingsOf(rule, exampleServer('location / {\n  return 200;\n}'))).toEqual([]);
});
