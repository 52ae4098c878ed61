import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { ResolvedPlatform } from '../platform/environments';
import { manifest } from './constructs/manifest';
import { denyByDefault } from './constructs/network-policy';

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
          ...Object.fromEntries(['enforce', 'audit', 'warn'].flatMap((mode) => [[`pod-security.kubernetes.io/${mode}`, 'restricted'], [`pod-security.kubernetes.io/${mode}-version`, 'latest']])),
        },
      },
    });
    denyByDefault(this, 'default-deny', labels);
  }
}
