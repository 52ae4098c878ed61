import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { exampleNginx, exampleServer } from './examples';
import { nginxUpstreamExists as rule } from './nginx-upstream-exists';

itIsARule(rule);

const path = 'data["nginx.conf"]';
const service = (name: string, namespace = 'shop', more = ''): string => `{ apiVersion: v1, kind: Service, metadata: { name: ${name}, namespace: ${namespace} }, spec: { ${more} ports: [{ port: 80 }] } }\n---`;
const web = service('web');
const to = (target: string): string => exampleServer(`location / {\n  proxy_pass ${target};\n}`);
const upstream = (server: string): string => exampleNginx(`upstream web-group {\n  server ${server};\n}`, 'server {\n  location / {\n    proxy_pass http://web-group;\n  }\n}');

itTellsApart(rule, [
  ['a name in full', web + to('http://web.shop.svc.cluster.local/a'), web + to('http://wbe.shop.svc.cluster.local/a'), path],
  ['a short name', web + to('http://web'), web + to('http://wbe'), path],
  ['a name with its namespace', web + to('http://web.shop.svc'), web + to('http://wbe.shop.svc'), path],
  ['a server of an upstream', web + upstream('web:80 max_fails=3'), web + upstream('wbe:80 max_fails=3'), path],
  ['a port that the Service lacks', web + to('http://web:80'), web + to('http://web:8080'), path],
  ['the port of a scheme', web + to('http://web'), web + to('https://web'), path],
  ['a port of a Service with an address', service('web', 'shop', 'clusterIP: None,') + to('http://web:8080'), web + to('http://web:8080'), path],
]);

it.each(['http://api.example.com', 'http://10.0.0.1', 'http://localhost:8080', 'http://$backend', 'http://example.com', 'http://web.other.svc.cluster.local', 'http://unix:/tmp/socket:/'])('does not judge %s', (target) => {
  expect(findingsOf(rule, web + to(target))).toEqual([]);
});

it('judges every namespace where the set is complete', () => {
  expect(findingsOf(rule, to('http://web.other.svc.cluster.local'), { complete: true })).toHaveLength(1);
});
