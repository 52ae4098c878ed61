import { exampleDeployment } from '../examples';
import { routesOf } from '../mesh/routes';
import { VIRTUAL_SERVICE } from '../mesh/hosts';
import { listOf, valueAt } from '../narrow';
import { exampleRoutes, exampleService } from '../relation-examples';
import type { Report, Rule } from '../policy';
import type { ObjectStore } from '../store';
import { effective, nginxConfigs, nginxReport, proxies, type NginxConfig } from './config';
import { exampleServer } from './examples';

/** Headers that routes of the mesh decide by, in lower case. */
function decisiveHeaders(store: ObjectStore): ReadonlySet<string> {
  const matches = store.ofKind(VIRTUAL_SERVICE).flatMap((virtualService) => [...routesOf(virtualService)].flatMap(({ fields }) => listOf(fields['match'])));
  const names = matches.flatMap((match) => ['headers', 'withoutHeaders'].flatMap((field) => Object.keys(valueAt(match, field) ?? {})));
  // Names with a colon are parts of the request line, such as `:authority`.
  return new Set(names.map((name) => name.toLowerCase()).filter((name) => !name.startsWith(':') && name !== 'host'));
}

/** Whether a value is just what the client sent under that name. */
function isPassedOn(header: string, value: string): boolean {
  return value.replace(/[{}]/g, '') === `$http_${header.replaceAll('-', '_')}`;
}

function* reportsOf(config: NginxConfig, headers: ReadonlySet<string>): Iterable<Report> {
  for (const { level, pass } of proxies(config)) {
    const directives = effective(level, 'proxy_set_header');
    if (!directives) continue;
    for (const header of headers) {
      const set = directives.filter(({ args }) => args[0]?.toLowerCase() === header);
      const forged = set.find(({ args }) => isPassedOn(header, args[1] ?? ''));
      if (forged) yield nginxReport(config, forged, `passes on what the client says of itself; routes of the mesh decide by ${header}`);
      else if (set.length === 0) yield nginxReport(config, pass, `must set ${header} here: routes of the mesh decide by it, and a client may send it`);
    }
  }
}

const mesh = `${exampleDeployment('')}${exampleService('{ name: http, port: 80, targetPort: http }')}${exampleRoutes('- match: [{ headers: { user-type: { exact: premium } } }]\n      route: [{ destination: { host: web } }]\n    - route: [{ destination: { host: web } }]')}---`;

/** What the mesh believes of a client is set by the gateway. */
export const nginxIdentityHeader: Rule = {
  id: 'nginx-identity-header',
  title: 'nginx sets the headers by which the mesh knows a client',
  why: 'A header that the gateway does not set reaches the mesh as the client wrote it: anyone can call himself premium.',
  good: mesh + exampleServer('location / {\n  proxy_set_header user-type standard;\n  proxy_pass http://web;\n}'),
  bad: mesh + exampleServer('location / {\n  proxy_pass http://web;\n}'),
  remedy: 'Set the header from a verified key or token, or to "" to remove it, with proxy_set_header.',
  *check(store) {
    const configs = nginxConfigs(store);
    const headers = configs.length === 0 ? new Set<string>() : decisiveHeaders(store);
    for (const config of configs) yield* reportsOf(config, headers);
  },
};
