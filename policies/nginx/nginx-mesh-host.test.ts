import { exampleRoutes } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { exampleNginx, exampleServer } from './examples';
import { nginxMeshHost as rule } from './nginx-mesh-host';

itIsARule(rule);

const path = 'data["nginx.conf"]';
const routes = `${exampleRoutes('- route: []')}---`;
const server = (header: string, target = 'http://web'): string => routes + exampleServer(`location / {\n  ${header}\n  proxy_pass ${target};\n}`);
const upstream = (name: string): string => routes + exampleNginx(`upstream ${name} {\n  server web.shop.svc.cluster.local:80;\n}`, `server {\n  location / {\n    proxy_set_header Host $proxy_host;\n    proxy_pass http://${name};\n  }\n}`);

itTellsApart(rule, [
  ['the Host of the client', server('proxy_set_header Host web;'), server('proxy_set_header Host $host;'), path],
  ['a public name', server('proxy_set_header Host web.shop.svc.cluster.local;'), server('proxy_set_header Host api.example.com;'), path],
  ['the name of an upstream that is no Service', upstream('web'), upstream('backend'), path],
  ['a header that does away with the default', server('', 'http://web:80'), server('proxy_set_header Host $server_name;', 'http://web:80'), path],
]);

it.each([
  ['a Service without routes', server('proxy_set_header Host $host;', 'http://api')],
  ['a variable of its own', server('proxy_set_header Host $backend;')],
  ['routes at a gateway alone', server('proxy_set_header Host $host;').replace('hosts: [web]', 'hosts: [web]\n  gateways: [public]')],
])('does not judge %s', (_, yaml) => {
  expect(findingsOf(rule, yaml)).toEqual([]);
});
