import { namespaceOf } from '../manifest';
import { portNumbers } from '../mesh/hosts';
import { valueAt } from '../narrow';
import { exampleService } from '../relation-examples';
import { exampleDeployment } from '../examples';
import type { Rule } from '../policy';
import type { ObjectStore } from '../store';
import { suggestion } from '../suggestion';
import { levelsOf, nginxConfigs, nginxReport, own, proxies, type NginxConfig } from './config';
import { exampleServer } from './examples';
import type { Directive } from './parse';

/** An address that nginx looks up when it starts. */
interface Target {
  readonly directive: Directive;
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, grpc: 80, grpcs: 443 };

/** Host and port of an address that nginx looks up when it starts; undefined of one that it does not. */
export function parseAddress(address: string, defaultPort: number): { readonly host: string; readonly port: number } | undefined {
  const match = /^([a-z0-9][a-z0-9.-]*?)\.?(?::(\d+))?$/i.exec(address);
  // A variable is looked up later; an address needs no look-up.
  if (!match?.[1] || /^[\d.]+$/.test(match[1]) || match[1] === 'localhost') return undefined;
  return { host: match[1].toLowerCase(), port: match[2] === undefined ? defaultPort : Number(match[2]) };
}

function* targetsOf(config: NginxConfig): Iterable<Target> {
  const upstreams = levelsOf(config, 'upstream');
  for (const upstream of upstreams) {
    for (const directive of own(upstream, 'server')) {
      const address = parseAddress(directive.args[0] ?? '', 80);
      if (address) yield { directive, ...address };
    }
  }
  const names = new Set(upstreams.map(({ directive }) => directive?.args[0]));
  for (const { level, pass } of proxies(config)) {
    const [, scheme = '', authority = ''] = /^(\w+):\/\/([^/$]+)(?:\/|$)/.exec(pass.args[0] ?? '') ?? [];
    const address = names.has(authority) ? undefined : parseAddress(authority, DEFAULT_PORTS[scheme] ?? 80);
    // Where the upstream may be in an included file, a name without dots may be its.
    if (address && !(level.isOpen && !address.host.includes('.'))) yield { directive: pass, ...address };
  }
}

/** Names of the cluster as the resolver of a pod completes them: `web`, `web.shop`, `web.shop.svc`, or in full. */
export function serviceNamed(host: string, namespace: string): { readonly name: string; readonly namespace: string; readonly certain: boolean } | undefined {
  const [name = '', second, ...rest] = host.split('.');
  if (second === undefined) return { name, namespace, certain: true };
  const domain = rest.join('.');
  if (domain !== '' && domain !== 'svc' && domain !== 'svc.cluster.local') return undefined;
  // `web.shop` may just as well be a domain of the outside.
  return { name, namespace: second, certain: domain !== '' };
}

function faultOf(store: ObjectStore, { host, port }: Target, namespace: string, complete: boolean): string | undefined {
  const named = serviceNamed(host, namespace);
  if (!named) return undefined;
  const service = store.find('Service', named.namespace, named.name);
  if (service) {
    const ports = portNumbers(service);
    // Without a cluster IP the name stands for the pods themselves, and their ports.
    if (ports.includes(port) || valueAt(service.object, 'spec', 'clusterIP') === 'None') return undefined;
    return `Service ${named.name} has no port ${port}; it has ${ports.join(', ') || 'none'}`;
  }
  const names = store.namesOf('Service', named.namespace);
  const known = complete || named.namespace === namespace || names.length > 0;
  return named.certain && known ? `there is no Service ${named.name} in namespace ${named.namespace}${suggestion(named.name, names)}` : undefined;
}

const service = exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }') + '---';

/** Whom nginx sends to is there. */
export const nginxUpstreamExists: Rule = {
  id: 'nginx-upstream-exists',
  title: 'The upstreams of nginx are Services that exist',
  why: 'nginx looks its upstreams up when it starts: one name that is not there, and the whole gateway does not start.',
  good: service + exampleServer('location / {\n  proxy_pass http://web.shop.svc.cluster.local;\n}'),
  bad: service + exampleServer('location / {\n  proxy_pass http://wbe.shop.svc.cluster.local;\n}'),
  remedy: 'Name a Service among the manifests and one of its ports.',
  *check(store, { complete = false }) {
    for (const config of nginxConfigs(store)) {
      for (const target of targetsOf(config)) {
        const fault = faultOf(store, target, namespaceOf(config.configMap.object), complete);
        if (fault !== undefined) yield nginxReport(config, target.directive, fault);
      }
    }
  },
};
