import { exampleDeployment } from '../examples';
import { requireLabels } from '../label-selector';
import { namespaceOf, type SourcedObject } from '../manifest';
import { listOf, scalarText, textOf, valueAt } from '../narrow';
import type { Rule } from '../policy';
import { exampleService } from '../relation-examples';
import type { ObjectStore } from '../store';
import { isMeshed } from './injection';

interface Claim {
  readonly service: SourcedObject;
  readonly index: number;
  readonly protocol: string;
}

const namespace = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---`;

/** The protocol that Istio takes a port for. */
function protocolOf(port: unknown): string {
  return textOf(valueAt(port, 'appProtocol')) || (/^[a-z0-9]+/.exec(textOf(valueAt(port, 'name')) ?? '')?.[0] ?? '');
}

/** What Services claim of each port of each pod in the mesh. */
function* claims(store: ObjectStore): Iterable<{ readonly key: string; readonly claim: Claim }> {
  for (const service of store.ofKind('Service')) {
    const owner = namespaceOf(service.object);
    const selector = requireLabels(valueAt(service.object, 'spec', 'selector'));
    if (selector.length === 0 || !isMeshed(store, owner)) continue;
    const pods = store.findPods(owner, selector);
    for (const [index, port] of listOf(valueAt(service.object, 'spec', 'ports')).entries()) {
      const target = scalarText(valueAt(port, 'targetPort') ?? valueAt(port, 'port'));
      for (const pod of pods) yield { key: `${owner}\n${pod.owner.object.kind}\n${pod.owner.object.metadata.name}\n${target}`, claim: { service, index, protocol: protocolOf(port) } };
    }
  }
}

/** Services agree on the protocol of a port of a pod. */
export const oneProtocolPerPort: Rule = {
  id: 'one-protocol-per-port',
  title: 'Services agree on the protocol of a port',
  why: 'A sidecar reads a port by one protocol. Where two Services say different ones, which applies depends on their order (IST0116, IST0137).',
  good: namespace + exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: 8080 }, { name: http-alt, port: 81, targetPort: 8080 }'),
  bad: namespace + exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: 8080 }, { name: tcp, port: 81, targetPort: 8080 }'),
  remedy: 'Give the ports the same appProtocol.',
  *check(store) {
    const first = new Map<string, Claim>();
    const reported = new Set<string>();
    for (const { key, claim } of claims(store)) {
      const other = first.get(key);
      if (!other) first.set(key, claim);
      if (!other || other.protocol === claim.protocol) continue;
      const { service, index, protocol } = claim;
      const path = `spec.ports[${index}].appProtocol`;
      const id = `${namespaceOf(service.object)}\n${service.object.metadata.name}\n${path}`;
      // Once, however many workloads the Service selects.
      if (reported.has(id)) continue;
      reported.add(id);
      yield { object: service, path, received: protocol, message: `Service ${other.service.object.metadata.name} says ${other.protocol || 'nothing'} of the same port of the same pods` };
    }
  },
};
