import { exampleDeployment } from '../examples';
import { namespaceOf } from '../manifest';
import { fullHost, VIRTUAL_SERVICE } from '../mesh/hosts';
import { isForMesh } from '../mesh/routes';
import { listOf, scalarText, valueAt } from '../narrow';
import type { Report, Rule } from '../policy';
import { exampleRoutes, exampleService } from '../relation-examples';
import type { ObjectStore } from '../store';
import { effective, levelsOf, nginxConfigs, nginxReport, own, proxies, type Level, type NginxConfig } from './config';
import { exampleServer } from './examples';
import type { Directive } from './parse';

const mesh = `${exampleDeployment('')}${exampleService('{ name: http, port: 80, targetPort: http }')}${exampleRoutes('- route: [{ destination: { host: web } }]')}---`;

/** The Services for which some VirtualService speaks inside the mesh, in full. */
function routedHosts(store: ObjectStore): ReadonlySet<string> {
  return new Set(
    store.ofKind(VIRTUAL_SERVICE).filter(isForMesh).flatMap(({ object }) => listOf(valueAt(object, 'spec', 'hosts')).map((host) => fullHost(scalarText(host), namespaceOf(object)))),
  );
}

/** A name of the cluster in full, as a pod's resolver completes it. */
function complete(host: string, namespace: string): string {
  const [name = '', second = namespace] = host.replace(/:\d+$/, '').split('.');
  return fullHost(host.split('.').length > 3 ? host.replace(/:\d+$/, '') : `${name}.${second}.svc.cluster.local`, namespace);
}

/** Where a proxy_pass sends: the servers of its upstream, or the host that it names. */
function serversOf(config: NginxConfig, { args }: Directive): readonly string[] {
  const authority = /^\w+:\/\/([^/$]+)/.exec(args[0] ?? '')?.[1];
  if (authority === undefined) return [];
  const upstream = levelsOf(config, 'upstream').find(({ directive }) => directive?.args[0] === authority);
  return upstream ? own(upstream, 'server').map((server) => server.args[0] ?? '') : [authority];
}

/** A place where nginx sends requests to a Service for which a VirtualService speaks. */
export interface MeshProxy {
  readonly config: NginxConfig;
  readonly level: Level;
  readonly pass: Directive;
  /** The Service in full. */
  readonly target: string;
}

/** Every such place, with what the mesh routes. */
export function* meshProxies(store: ObjectStore): Iterable<MeshProxy & { readonly routed: ReadonlySet<string> }> {
  const configs = nginxConfigs(store);
  const routed = configs.length === 0 ? new Set<string>() : routedHosts(store);
  for (const config of configs) {
    const namespace = namespaceOf(config.configMap.object);
    for (const { level, pass } of proxies(config)) {
      const target = serversOf(config, pass).map((server) => complete(server, namespace)).find((server) => routed.has(server));
      if (target !== undefined) yield { config, level, pass, target, routed };
    }
  }
}

function* reportsOf(store: ObjectStore): Iterable<Report> {
  for (const { config, level, pass, target, routed } of meshProxies(store)) {
    const namespace = namespaceOf(config.configMap.object);
    const headers = effective(level, 'proxy_set_header');
    if (!headers) continue;
    const host = headers.findLast(({ args }) => args[0]?.toLowerCase() === 'host');
    // Without the directive nginx sends $proxy_host, which is what proxy_pass names.
    const value = (host?.args[1] ?? '$proxy_host').replaceAll(/[{}]/g, '');
    const sent = value === '$proxy_host' ? (/^\w+:\/\/([^/$]+)/.exec(pass.args[0] ?? '')?.[1] ?? '') : value;
    if (routed.has(complete(sent, namespace))) continue;
    // A variable of the configuration's own may well be right.
    if (sent.startsWith('$') && !/^\$(?:host|http_host|server_name)$/.test(sent)) continue;
    yield nginxReport(config, host ?? pass, `sends Host ${sent}, by which no VirtualService is found; ${target} has one`);
  }
}

/** The mesh finds its routes by the Host that nginx sends. */
export const nginxMeshHost: Rule = {
  id: 'nginx-mesh-host',
  title: 'nginx sends the Host by which the mesh routes',
  why: 'Istio chooses the VirtualService by Host. With the public name of the gateway none matches: no timeout, retry or subset applies, without a word.',
  good: mesh + exampleServer('location / {\n  proxy_set_header Host web;\n  proxy_pass http://web;\n}'),
  bad: mesh + exampleServer('location / {\n  proxy_set_header Host $host;\n  proxy_pass http://web;\n}'),
  remedy: 'Send the name of the Service: proxy_set_header Host $proxy_host, and the public name as X-Forwarded-Host.',
  *check(store) {
    yield* reportsOf(store);
  },
};
