import { itIsARule, itTellsApart } from '../rule-testing';
import { exampleServer } from './examples';
import { nginxHostHeader as rule } from './nginx-host-header';

itIsARule(rule);

const path = 'data["nginx.conf"]';
const server = (value: string): string => exampleServer(`proxy_set_header Host ${value};`, 'location / {\n  proxy_pass http://10.0.0.1;\n}');

itTellsApart(rule, [
  ['the raw Host', server('$host'), server('$http_host'), path],
  ['the raw Host with a port', server('$proxy_host'), server('$http_host:80'), path],
]);
