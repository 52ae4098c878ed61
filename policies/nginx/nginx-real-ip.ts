import { exampleConfigMapVolume } from '../examples';
import { formatRequirements, requireLabels } from '../label-selector';
import { namespaceOf, type SourcedObject } from '../manifest';
import { hasSidecar } from '../mesh/injection';
import { valueAt } from '../narrow';
import { podReferences } from '../pod-references';
import type { PodTemplate } from '../pod-template';
import type { Rule } from '../policy';
import { exampleService } from '../relation-examples';
import type { ObjectStore } from '../store';
import { effective, nginxConfigs, nginxReport, own, type NginxConfig } from './config';
import { exampleNginx } from './examples';

const CLIENT_ADDRESS = /^\$(?:binary_)?remote_addr$/;
const SEEN_BY_PORT = 'traffic.sidecar.istio.io/excludeInboundPorts';

/** The pods that read each ConfigMap. */
function readersOf(store: ObjectStore): ReadonlyMap<SourcedObject, readonly PodTemplate[]> {
  const readers = new Map<SourcedObject, PodTemplate[]>();
  for (const { pod, kind, name } of podReferences(store)) {
    const configMap = kind === 'ConfigMap' ? store.find(kind, pod.namespace, name) : undefined;
    if (!configMap) continue;
    const pods = readers.get(configMap) ?? [];
    pods.push(pod);
    readers.set(configMap, pods);
  }
  return readers;
}

/** The pods that load balancers reach by way of some node, which is then what they see as their client. */
function podsBehindNodes(store: ObjectStore): ReadonlyMap<PodTemplate, string> {
  const behind = new Map<PodTemplate, string>();
  const seen = new Set<string>();
  for (const { object } of store.ofKind('Service')) {
    if (valueAt(object, 'spec', 'type') !== 'LoadBalancer' || valueAt(object, 'spec', 'externalTrafficPolicy') === 'Local') continue;
    const selector = requireLabels(valueAt(object, 'spec', 'selector'));
    const key = `${namespaceOf(object)}\n${formatRequirements(selector)}`;
    if (selector.length === 0 || seen.has(key)) continue;
    seen.add(key);
    for (const pod of store.findPods(namespaceOf(object), selector)) behind.set(pod, `the load balancer of Service ${object.metadata.name}`);
  }
  return behind;
}

/** The first directive by which clients are told apart by the address that nginx sees. */
function limitByAddress(config: NginxConfig) {
  for (const level of config.levels) {
    const zone = own(level, 'limit_req_zone').find(({ args }) => CLIENT_ADDRESS.test(args[0] ?? ''));
    if (zone) return { level, zone };
  }
  return undefined;
}

const gateway = (service: string, ...lines: string[]): string => `${exampleNginx('limit_req_zone $binary_remote_addr zone=api:10m rate=10r/s;', 'limit_req_status 429;', ...lines)}---${exampleConfigMapVolume('gateway')}${exampleService('{ name: http, port: 80, targetPort: http }', service)}`;

/** nginx limits clients, not the load balancer before it. */
export const nginxRealIp: Rule = {
  id: 'nginx-real-ip',
  title: 'Behind a load balancer nginx knows the address of its client',
  why: 'What arrives by way of a load balancer or a sidecar has its address: one limit holds for all clients together, and the first that is greedy locks out the others.',
  good: gateway('type: LoadBalancer', 'set_real_ip_from 10.0.0.0/16;', 'real_ip_header X-Forwarded-For;'),
  bad: gateway('type: LoadBalancer'),
  remedy: 'Set real_ip_header and set_real_ip_from with the addresses of the load balancer alone, or let its address through (externalTrafficPolicy: Local).',
  *check(store) {
    const configs = nginxConfigs(store).map((config) => ({ config, limit: limitByAddress(config) })).filter(({ limit }) => limit !== undefined);
    if (configs.length === 0) return;
    const readers = readersOf(store);
    const behind = podsBehindNodes(store);
    for (const { config, limit } of configs) {
      // Not known where an included file may say it.
      if (!limit || effective(limit.level, 'real_ip_header')?.length !== 0) continue;
      for (const pod of readers.get(config.configMap) ?? []) {
        const proxy = behind.get(pod) ?? (hasSidecar(store, pod) && pod.annotations[SEEN_BY_PORT] === undefined ? 'its sidecar' : undefined);
        if (proxy === undefined) continue;
        yield nginxReport(config, limit.zone, `tells clients apart by the address of ${proxy}`);
        break;
      }
    }
  },
};
