import { exampleDeployment } from '../examples';
import { namespaceOf, type SourcedObject } from '../manifest';
import type { Report, Rule } from '../policy';
import { exampleAutoscaler, exampleService } from '../relation-examples';
import type { ObjectStore } from '../store';
import { effective, levelsOf, nginxConfigs, nginxReport, own, proxies, type Level, type NginxConfig } from './config';
import { exampleServer } from './examples';
import { parseAddress, serviceNamed } from './nginx-upstream-exists';
import type { Directive } from './parse';
import { Fleets, type Range } from './throughput';

/** A limit_req_zone: whom it counts as one, and what it lets through of each, requests a second. */
interface Zone {
  readonly directive: Directive;
  readonly counts: 'client' | 'all' | 'unknown';
  readonly perSecond: number;
}

/** What a limit stands before. */
interface Guarded extends Zone {
  readonly services: Map<SourcedObject, Range>;
}

/** Variables that tell one client from another, and those that are the same for all. */
const OF_CLIENT = /\$\{?(?:binary_remote_addr|remote_addr|realip_remote_addr|http_x_forwarded_for|http_x_real_ip|http_x_api_key|http_authorization|cookie_\w+)\b/;
const OF_ALL = /^(?:[^$]|\$\{?(?:server_name|server_addr|server_port)\b)*$/;

function parseZone(directive: Directive): readonly [name: string, zone: Zone] | undefined {
  const [key = '', ...rest] = directive.args;
  const name = rest.map((arg) => /^zone=([^:]+)/.exec(arg)?.[1]).find((found) => found !== undefined);
  const [, amount, unit] = rest.map((arg) => /^rate=(\d+)r\/([sm])$/.exec(arg)).find((match) => match) ?? [];
  if (name === undefined || amount === undefined) return undefined;
  const counts = OF_CLIENT.test(key) ? 'client' : OF_ALL.test(key) ? 'all' : 'unknown';
  return [name, { directive, counts, perSecond: Number(amount) / (unit === 'm' ? 60 : 1) }];
}

/** Where each upstream sends, by its name. */
function serversByUpstream(config: NginxConfig): ReadonlyMap<string, readonly string[]> {
  return new Map(levelsOf(config, 'upstream').map((level) => [level.directive?.args[0] ?? '', own(level, 'server').map(({ args }) => args[0] ?? '')]));
}

/** The Services at some addresses. */
function servicesAt(store: ObjectStore, addresses: readonly string[], { configMap }: NginxConfig): readonly SourcedObject[] {
  return addresses.flatMap((address) => {
    const named = serviceNamed(parseAddress(address, 80)?.host ?? '', namespaceOf(configMap.object));
    return (named && store.find('Service', named.namespace, named.name)) ?? [];
  });
}

/** The limits that hold at a level: of several for each client, the strictest. */
function limitsAt(level: Level, zones: ReadonlyMap<string, Guarded>): readonly Guarded[] {
  const found = (effective(level, 'limit_req') ?? []).flatMap(({ args }) => args.map((arg) => zones.get(/^zone=(.+)$/.exec(arg)?.[1] ?? '')).filter((zone) => zone !== undefined));
  const [strictest] = found.filter(({ counts }) => counts === 'client').sort((a, b) => a.perSecond - b.perSecond);
  return [...found.filter(({ counts }) => counts === 'all'), ...(strictest ? [strictest] : [])];
}

function guardedBy(store: ObjectStore, config: NginxConfig, fleets: Fleets): readonly Guarded[] {
  const directives = config.levels.flatMap((level) => own(level, 'limit_req_zone'));
  const zones = new Map(directives.map(parseZone).filter((zone) => zone !== undefined).map(([name, zone]): [string, Guarded] => [name, { ...zone, services: new Map() }]));
  const upstreams = serversByUpstream(config);
  for (const { level, pass } of proxies(config)) {
    const limits = limitsAt(level, zones);
    const authority = /^\w+:\/\/([^/$]+)/.exec(pass.args[0] ?? '')?.[1] ?? '';
    for (const service of limits.length === 0 ? [] : servicesAt(store, upstreams.get(authority) ?? [authority], config)) {
      const throughput = fleets.throughputOf(service);
      for (const limit of limits) limit.services.set(service, throughput ?? { least: Number.NaN, most: Number.NaN });
    }
  }
  return [...zones.values()];
}

const rate = (perSecond: number): string => `${Number(perSecond.toFixed(2))} requests/s`;

/** One client may ask for all that some Service serves. */
function clientFault({ services, perSecond }: Guarded, { least, most }: Range): string | undefined {
  for (const [service, served] of services) {
    const { name } = service.object.metadata;
    if (perSecond * least >= served.least) return `at ${least} gateway pods one client may send ${rate(perSecond * least)}, and Service ${name} serves ${rate(served.least)} at its fewest pods`;
    if (Number.isFinite(most) && perSecond * most >= served.most) return `at ${most} gateway pods one client may send ${rate(perSecond * most)}, and Service ${name} serves ${rate(served.most)} at its most pods`;
  }
  return undefined;
}

/** All clients together may ask for more than there can be, or for less than there always is. NaN is neither. */
function totalFault({ services, perSecond }: Guarded, { least, most }: Range): string | undefined {
  const served = [...services.values()].reduce((sum, range) => ({ least: sum.least + range.least, most: sum.most + range.most }), { least: 0, most: 0 });
  if (services.size === 0) return undefined;
  if (perSecond * least > served.most) return `${least} gateway pods let through ${rate(perSecond * least)}, and what is behind serves ${rate(served.most)} at its most pods`;
  if (perSecond * most < served.least) return `${most} gateway pods let through ${rate(perSecond * most)} of all clients together, and what is behind serves ${rate(served.least)} at its fewest pods`;
  return undefined;
}

function* check(store: ObjectStore): Iterable<Report> {
  const configs = nginxConfigs(store);
  if (configs.length === 0) return;
  const fleets = new Fleets(store);
  for (const config of configs) {
    const replicas = fleets.replicasWith(config.configMap);
    for (const guarded of guardedBy(store, config, fleets)) {
      const fault = guarded.counts === 'client' ? clientFault(guarded, replicas) : totalFault(guarded, replicas);
      if (fault !== undefined) yield nginxReport(config, guarded.directive, fault);
    }
  }
}

const web = exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }') + exampleAutoscaler('minReplicas: 3\n  maxReplicas: 9\n  metrics: [{ type: Pods, pods: { metric: { name: http_requests_per_second }, target: { type: AverageValue, averageValue: 100 } } }]') + '---';
const gateway = (perSecond: number): string => exampleServer('location / {\n  limit_req zone=per_client burst=20 nodelay;\n  proxy_pass http://web;\n}').replace('events {}\n    http {', `events {}\n    http {\n      limit_req_zone $binary_remote_addr zone=per_client:10m rate=${perSecond}r/s;`);

/**
 * A limit is of use between two bounds, which the autoscalers tell: pods times the requests a second that each is scaled for. nginx
 * counts in each of its pods by itself, so that a limit is multiplied by them; fewest against fewest, most against most. A limit
 * for each client must leave something to the others; one for all together must not be above what there can be, nor below what
 * there always is. Bursts are one second's, and not counted. Fleets that are not scaled by requests are not judged.
 */
export const nginxLimitFitsTargets: Rule = {
  id: 'nginx-limit-fits-targets',
  title: 'The rate limits of nginx fit what the fleets behind it serve',
  why: 'A limit that lets one client ask for everything, or all of them for more than there can be, protects nothing; one below what the smallest fleet serves refuses requests to idle pods.',
  good: web + gateway(100),
  bad: web + gateway(400),
  remedy: 'Take a rate, times the pods of the gateway, that is a fraction of what the Service serves at its fewest pods; for all clients together, between its fewest and its most.',
  check,
};
