import { exampleDeployment } from '../examples';
import { requireLabels } from '../label-selector';
import { namespaceOf, type ManifestObject } from '../manifest';
import { isMeshed } from '../mesh/injection';
import { listOf, scalarText, textOf, valueAt } from '../narrow';
import type { Rule } from '../policy';
import { exampleService } from '../relation-examples';

/** What Istio knows as the first part of a port's name. */
const PROTOCOLS = new Set(['grpc', 'grpc-web', 'http', 'http2', 'https', 'mongo', 'mysql', 'redis', 'tcp', 'tls', 'udp']);

function saysProtocol(port: unknown): boolean {
  if (textOf(valueAt(port, 'appProtocol'))) return true;
  const name = textOf(valueAt(port, 'name')) ?? '';
  return PROTOCOLS.has(name) || [...PROTOCOLS].some((protocol) => name.startsWith(`${protocol}-`));
}

/** Whether the mesh looks at the traffic of a Service at all. */
function isOfPods({ spec }: ManifestObject): boolean {
  return requireLabels(valueAt(spec, 'selector')).length > 0 && valueAt(spec, 'type') !== 'ExternalName';
}

const namespace = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---`;

/** In the mesh each port says which protocol it speaks. */
export const servicePortProtocol: Rule = {
  id: 'service-port-protocol',
  title: 'In the mesh a port says its protocol',
  why: 'Istio otherwise guesses from the first bytes: where the server speaks first it waits, and where it guesses TCP no route, retry or metric of HTTP applies (IST0118).',
  good: namespace + exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }'),
  bad: namespace + exampleDeployment('') + exampleService('{ name: web, port: 80, targetPort: http }'),
  remedy: 'Set appProtocol, or name the port by its protocol: http, or http-web.',
  *check(store) {
    for (const service of store.ofKind('Service')) {
      if (!isOfPods(service.object) || !isMeshed(store, namespaceOf(service.object))) continue;
      for (const [index, port] of listOf(valueAt(service.object, 'spec', 'ports')).entries()) {
        if ((valueAt(port, 'protocol') ?? 'TCP') !== 'TCP' || saysProtocol(port)) continue;
        yield { object: service, path: `spec.ports[${index}].appProtocol`, received: undefined, message: `must be set, since the name ${scalarText(valueAt(port, 'name') ?? '""')} says no protocol` };
      }
    }
  },
};
