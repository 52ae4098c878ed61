import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { exampleNginx, exampleServer } from './examples';
import { nginxHeaderInheritance as rule } from './nginx-header-inheritance';

itIsARule(rule);

const path = 'data["nginx.conf"]';

itTellsApart(rule, [
  ['a header of a location', exampleServer('add_header A b;', 'location / {\n  proxy_set_header C d;\n}'), exampleServer('add_header A b;', 'location / {\n  add_header C d;\n}'), path],
  ['a header of a server', exampleNginx('server {\n  add_header A b;\n}'), exampleNginx('add_header C d;', 'server {\n  add_header A b;\n}'), path],
  ['a header for upstreams', exampleServer('proxy_set_header A b;', 'location / {\n  proxy_set_header A c;\n  proxy_set_header B c;\n}'), exampleServer('proxy_set_header A b;', 'location / {\n  proxy_set_header B c;\n}'), path],
  ['a header two levels above', exampleNginx('add_header a b;', 'server {\n  location / {\n    add_header A c;\n  }\n}'), exampleNginx('add_header a b;', 'server {\n  location / {\n    add_header B c;\n  }\n}'), path],
  ['headers in a file of the same ConfigMap', exampleServer('add_header A b;', 'location / {\n  add_header C d;\n  include /etc/nginx/headers.conf;\n}') + '  headers.conf: "add_header A b;"\n', exampleServer('add_header A b;', 'location / {\n  add_header C d;\n  include /etc/nginx/headers.conf;\n}') + '  headers.conf: "add_header B b;"\n', path],
]);

it('leaves open what a file elsewhere may hold', () => {
  expect(findingsOf(rule, exampleServer('add_header A b;', 'location / {\n  add_header C d;\n  include /etc/nginx/headers.conf;\n}'))).toEqual([]);
});
