import { exampleRoutes } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { exampleNginx, exampleServer } from './examples';
import { nginxMeshHttpVersion as rule } from './nginx-mesh-http-version';

itIsARule(rule);

const mesh = `${exampleRoutes('- route: [{ destination: { host: web } }]')}---`;
const location = (settings: string, host = 'web'): string => mesh + exampleServer(`location / {\n${settings}  proxy_pass http://${host};\n}`);
const path = 'data["nginx.conf"]';
itTellsApart(rule, [
  ['no version', location('  proxy_http_version 1.1;\n'), location(''), path],
  ['version 1.0', location('  proxy_http_version 2;\n'), location('  proxy_http_version 1.0;\n'), path],
  ['no version for an upstream', mesh + exampleNginx('proxy_http_version 1.1;', 'upstream backend { server web:80; }', 'server { location / { proxy_pass http://backend; } }'), mesh + exampleNginx('upstream backend { server web:80; }', 'server { location / { proxy_pass http://backend; } }'), path],
  ['a Service of the mesh, not one outside of it', location('', 'other'), location(''), path],
]);

it('does not judge where an included file may say it', () => {
  expect(findingsOf(rule, location('  include /etc/nginx/proxy.conf;\n'))).toEqual([]);
});
