import { exampleDeployment } from '../examples';
import { requireLabels, requirementsOf } from '../label-selector';
import { namespaceOf, type SourcedObject } from '../manifest';
import { isFields, textOf, valueAt } from '../narrow';
import type { PodTemplate } from '../pod-template';
import type { Rule } from '../policy';
import { exampleDestination, exampleService } from '../relation-examples';
import type { ObjectStore } from '../store';
import { tlsSettings } from './destination-tls-verified';
import { DESTINATION_RULE, Hosts } from './hosts';

const PEER_AUTHENTICATION = 'security.istio.io/PeerAuthentication';
/** Its policies without a selector hold for the whole mesh. */
const ROOT_NAMESPACE = 'istio-system';

const others = `${exampleDeployment('')}${exampleService('{ name: http, port: 80, targetPort: http }')}---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: web, namespace: shop }
spec: { selector: { matchLabels: { app: web } }, mtls: { mode: STRICT } }
`;
const destination = (mode: string): string => exampleDestination(`trafficPolicy: { tls: { mode: ${mode} }, outlierDetection: { consecutive5xxErrors: 5 } }`);

/** Which policy decides for a pod: one that selects it, else that of its namespace, else that of the mesh. */
class PeerPolicies {
  private readonly ofPods = new Map<PodTemplate, SourcedObject>();
  private readonly ofNamespaces = new Map<string, SourcedObject>();

  constructor(store: ObjectStore) {
    for (const policy of store.ofKind(PEER_AUTHENTICATION)) {
      const namespace = namespaceOf(policy.object);
      const selector = valueAt(policy.object, 'spec', 'selector');
      if (!isFields(selector)) this.ofNamespaces.set(namespace, this.ofNamespaces.get(namespace) ?? policy);
      else for (const pod of store.findPods(namespace, requirementsOf(selector))) this.ofPods.set(pod, this.ofPods.get(pod) ?? policy);
    }
  }

  find(pod: PodTemplate): SourcedObject | undefined {
    return this.ofPods.get(pod) ?? this.ofNamespaces.get(pod.namespace) ?? this.ofNamespaces.get(ROOT_NAMESPACE);
  }
}

/** Clients speak the TLS that the pods of a Service ask for. */
export const destinationTlsAgrees: Rule = {
  id: 'destination-tls-agrees',
  title: 'A DestinationRule speaks the TLS that its pods ask for',
  why: 'Pods under STRICT refuse every connection that is not mutual TLS of the mesh: each request fails with a reset (IST0113).',
  good: others + destination('ISTIO_MUTUAL'),
  bad: others + destination('DISABLE'),
  remedy: 'Use mode ISTIO_MUTUAL, or PERMISSIVE for the pods while clients outside the mesh are left.',
  *check(store, { complete = false }) {
    const hosts = new Hosts(store, complete);
    const policies = new PeerPolicies(store);
    for (const rule of store.ofKind(DESTINATION_RULE)) {
      const known = hosts.find(textOf(valueAt(rule.object, 'spec', 'host')) ?? '', namespaceOf(rule.object));
      if (known.kind !== 'service') continue;
      const pod = store.findPod(namespaceOf(known.service.object), requireLabels(valueAt(known.service.object, 'spec', 'selector')));
      const policy = pod && policies.find(pod);
      // A port that is made an exception of would have to be followed to the port of the Service.
      if (valueAt(policy?.object, 'spec', 'mtls', 'mode') !== 'STRICT' || isFields(valueAt(policy?.object, 'spec', 'portLevelMtls'))) continue;
      for (const { path, tls } of tlsSettings(rule)) {
        const mode = valueAt(tls, 'mode');
        if (mode === undefined || mode === 'ISTIO_MUTUAL') continue;
        yield { object: rule, path: `${path}.mode`, received: mode, message: `must be ISTIO_MUTUAL: PeerAuthentication ${policy?.object.metadata.name ?? ''} is STRICT for these pods` };
      }
    }
  },
};
