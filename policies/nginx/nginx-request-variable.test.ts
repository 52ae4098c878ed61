import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { exampleNginx, exampleServer } from './examples';
import { nginxRequestVariable as rule } from './nginx-request-variable';

itIsARule(rule);

const path = 'data["nginx.conf"]';
const location = (...lines: readonly string[]): string => exampleServer('location ~ ^/(.*)$ {', ...lines.map((line) => `  ${line}`), '}');

itTellsApart(rule, [
  ['a target of the client', location('proxy_pass http://10.0.0.1/$arg_path;'), location('proxy_pass http://$arg_host/;'), path],
  ['a target from the Host', location('proxy_pass http://$proxy_name;'), location('proxy_pass http://$host;'), path],
  ['a target from the path', location('proxy_pass http://10.0.0.1/$1;'), location('proxy_pass http://$1;'), path],
  ['a target through a variable', location('set $a 10.0.0.1;', 'proxy_pass http://$a;'), location('set $a $http_x;', 'proxy_pass http://$a;'), path],
  ['a redirect that can be split', location('return 301 https://example.com$request_uri;'), location('return 301 https://example.com$uri;'), path],
  ['a header that can be split', location('add_header A $request_uri;'), location('add_header A $uri;'), path],
]);

it('trusts what a map makes of a request', () => {
  expect(findingsOf(rule, exampleNginx('map $http_x $backend {\n  default 10.0.0.1;\n}', 'server {\n  location / {\n    proxy_pass http://$backend;\n  }\n}'))).toEqual([]);
});
