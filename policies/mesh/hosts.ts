import { namespaceOf, type SourcedObject } from '../manifest';
import { listOf, numberOf, scalarText, textOf, valueAt } from '../narrow';
import type { ObjectStore } from '../store';
import { suggestion } from '../suggestion';

export const VIRTUAL_SERVICE = 'networking.istio.io/VirtualService';
export const DESTINATION_RULE = 'networking.istio.io/DestinationRule';
export const SERVICE_ENTRY = 'networking.istio.io/ServiceEntry';

const CLUSTER_DOMAIN = 'svc.cluster.local';

/** A host of the cluster: the Service that it names. */
export interface ServiceHost {
  readonly namespace: string;
  readonly name: string;
}

/**
 * The Service that a host of Istio names, seen from a namespace: `web` or `web.shop.svc.cluster.local`. Istio completes names
 * without dots only; undefined for all others, and for patterns.
 */
export function serviceHostOf(host: string, namespace: string): ServiceHost | undefined {
  if (host.includes('*')) return undefined;
  const [name = '', hostNamespace, ...rest] = host.split('.');
  if (hostNamespace === undefined) return { namespace, name };
  return rest.join('.') === CLUSTER_DOMAIN ? { namespace: hostNamespace, name } : undefined;
}

/** The Service that someone meant by `web.shop` or `web.shop.svc`, which Istio takes for names outside the cluster. */
export function halfNamedService(store: ObjectStore, host: string): SourcedObject | undefined {
  const [name = '', namespace, svc = 'svc', ...rest] = host.split('.');
  return namespace !== undefined && svc === 'svc' && rest.length === 0 ? store.find('Service', namespace, name) : undefined;
}

/** A host in full, so that two ways to write one are equal. */
export function fullHost(host: string, namespace: string): string {
  const service = serviceHostOf(host, namespace);
  return service ? `${service.name}.${service.namespace}.${CLUSTER_DOMAIN}` : host;
}

/** Whether a host pattern such as `*.example.com` covers a host. */
function covers(pattern: string, host: string): boolean {
  return pattern === host || pattern === '*' || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)));
}

/** The hosts that something other than a Service provides. */
export function serviceEntryHosts(store: ObjectStore): readonly string[] {
  return store.ofKind(SERVICE_ENTRY).flatMap(({ object }) => listOf(valueAt(object, 'spec', 'hosts')).map((host) => scalarText(host)));
}

/** What is known of a host: its Service, that there is none, or nothing, where it may well be elsewhere. */
export type HostKnowledge = { readonly kind: 'service'; readonly service: SourcedObject } | { readonly kind: 'missing'; readonly explanation: string } | { readonly kind: 'elsewhere' };

/** Knows hosts by the Services and ServiceEntries among the objects. */
export class Hosts {
  private readonly entries: readonly string[];
  private readonly namespaces: ReadonlySet<string>;

  constructor(
    private readonly store: ObjectStore,
    private readonly complete: boolean,
  ) {
    this.entries = serviceEntryHosts(store);
    this.namespaces = new Set(store.ofKind('Service').map(({ object }) => namespaceOf(object)));
  }

  /** @param namespace of the object that names the host */
  find(host: string, namespace: string): HostKnowledge {
    const named = serviceHostOf(host, namespace);
    const service = named && this.store.find('Service', named.namespace, named.name);
    if (service) return { kind: 'service', service };
    if (this.entries.some((pattern) => covers(pattern, host) || covers(pattern, fullHost(host, namespace)))) return { kind: 'elsewhere' };
    if (!named) {
      const meant = halfNamedService(this.store, host);
      return meant ? { kind: 'missing', explanation: `Istio completes names without dots only; write ${fullHost(meant.object.metadata.name, namespaceOf(meant.object))}` } : { kind: 'elsewhere' };
    }
    // Of another namespace the objects may show nothing but what this one needs.
    if (!this.complete && named.namespace !== namespace && !this.namespaces.has(named.namespace)) return { kind: 'elsewhere' };
    return { kind: 'missing', explanation: `there is no Service ${named.name} in namespace ${named.namespace}${suggestion(named.name, this.store.namesOf('Service', named.namespace))}` };
  }
}

/** The numbers of a Service's ports. */
export function portNumbers(service: SourcedObject): readonly number[] {
  return listOf(valueAt(service.object, 'spec', 'ports')).map((port) => numberOf(valueAt(port, 'port')));
}

/** The DestinationRules of each host in full. */
export function destinationRulesByHost(store: ObjectStore): ReadonlyMap<string, readonly SourcedObject[]> {
  const byHost = new Map<string, SourcedObject[]>();
  for (const rule of store.ofKind(DESTINATION_RULE)) {
    const host = textOf(valueAt(rule.object, 'spec', 'host'));
    if (host === undefined) continue;
    const key = fullHost(host, namespaceOf(rule.object));
    const rules = byHost.get(key) ?? [];
    rules.push(rule);
    byHost.set(key, rules);
  }
  return byHost;
}
