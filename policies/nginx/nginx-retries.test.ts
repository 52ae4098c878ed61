import { itIsARule, itTellsApart } from '../rule-testing';
import { exampleNginx } from './examples';
import { nginxRetries as rule } from './nginx-retries';

itIsARule(rule);

const path = 'data["nginx.conf"]';
const retries = (servers: number, ...lines: readonly string[]): string =>
  exampleNginx(`upstream web {\n${'  server 10.0.0.1;\n'.repeat(servers)}}`, 'server {\n  location / {', ...lines.map((line) => `    ${line}`), '    proxy_pass http://web;\n  }\n}');
const tries = 'proxy_next_upstream_tries 2;';
const timeout = 'proxy_next_upstream_timeout 5s;';

itTellsApart(rule, [
  ['no number', retries(2, tries, timeout), retries(2, timeout), path],
  ['no time', retries(2, tries, timeout), retries(2, tries), path],
  ['a number of 0, which is none', retries(2, tries, timeout), retries(2, 'proxy_next_upstream_tries 0;', timeout), path],
  ['several servers', retries(1), retries(2), path],
  ['retries that are not off', retries(2, 'proxy_next_upstream off;'), retries(2, 'proxy_next_upstream error;'), path],
  ['a POST twice', retries(1, 'proxy_next_upstream error timeout;'), retries(1, 'proxy_next_upstream error timeout non_idempotent;'), path],
  ['a deliberate 503', retries(1, 'proxy_next_upstream error http_502;'), retries(1, 'proxy_next_upstream error http_503;'), path],
]);
