import { exampleDeployment } from '../examples';
import type { Rule } from '../policy';
import { exampleRoutes, exampleService } from '../relation-examples';
import { effective, nginxReport } from './config';
import { exampleServer } from './examples';
import { meshProxies } from './nginx-mesh-host';

const mesh = `${exampleDeployment('')}${exampleService('{ name: http, port: 80, targetPort: http }')}${exampleRoutes('- route: [{ destination: { host: web } }]')}---`;

/** nginx speaks a version of HTTP to the mesh that it takes. */
export const nginxMeshHttpVersion: Rule = {
  id: 'nginx-mesh-http-version',
  title: 'nginx speaks HTTP/1.1 to the mesh',
  why: 'nginx sends HTTP/1.0 unless it is told otherwise (before 1.29.7). Envoy answers it with 426, and no connection is kept.',
  good: mesh + exampleServer('location / {\n  proxy_http_version 1.1;\n  proxy_set_header Connection "";\n  proxy_pass http://web;\n}'),
  bad: mesh + exampleServer('location / {\n  proxy_pass http://web;\n}'),
  remedy: 'Set proxy_http_version 1.1 and, so that connections are kept, proxy_set_header Connection "".',
  *check(store) {
    for (const { config, level, pass, target } of meshProxies(store)) {
      const version = effective(level, 'proxy_http_version');
      const sent = version?.at(-1)?.args[0] ?? '1.0';
      if (version === undefined || sent !== '1.0') continue;
      yield nginxReport(config, version.at(-1) ?? pass, `sends HTTP/1.0 to ${target}, which is in the mesh`);
    }
  },
};
