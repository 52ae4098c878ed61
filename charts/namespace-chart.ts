import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { ResolvedPlatform } from '../platform/environments';
import { manifest } from './constructs/manifest';
import { denyByDefault } from './constructs/network-policy';

/** Pinned, so that an upgrade of the cluster tightens nothing unseen. */
const POD_SECURITY_VERSION = 'v1.30';

/** The namespace: sidecars injected, restricted Pod Security, no traffic but what is allowed. */
export class NamespaceChart extends Chart {
  constructor(scope: Construct, id: string, platform: ResolvedPlatform) {
    super(scope, id, { namespace: platform.namespace, disableResourceNameHashes: true });
    const labels = { 'app.kubernetes.io/part-of': platform.name, 'app.kubernetes.io/managed-by': 'cdk8s' };
    manifest<INamespace>(this, 'namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: platform.namespace,
        labels: {
          ...labels,
          'istio-injection': 'enabled',
          // Istio's init container needs capabilities that `restricted` forbids: Istio must be installed with its CNI plugin.
          ...Object.fromEntries(['enforce', 'audit', 'warn'].flatMap((mode) => [[`pod-security.kubernetes.io/${mode}`, 'restricted'], [`pod-security.kubernetes.io/${mode}-version`, POD_SECURITY_VERSION]])),
          // A pod counts as ready once the load balancer sends to it: a roll-out would else outrun the registration of targets.
          ...(platform.clientAddress === 'load-balancers' && { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' }),
        },
      },
    });
    denyByDefault(this, 'default-deny', labels);
  }
}
