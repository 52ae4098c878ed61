import type { IAuthorizationPolicy } from '@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy';
import type { IPeerAuthentication } from '@kubernetes-models/istio/security.istio.io/v1beta1/PeerAuthentication';
import type { Construct } from 'constructs';
import { manifest, type WithApiVersion } from './manifest';

interface MeshSecurityProps {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Mutual TLS for every caller of these pods.
 *
 * @param plaintextPorts ports where plain text is accepted too: the gateway's public one, which the load balancer calls
 */
export function strictPeers(scope: Construct, id: string, { name, labels, plaintextPorts }: MeshSecurityProps & { readonly plaintextPorts: readonly number[] }): void {
  const exceptions = Object.fromEntries(plaintextPorts.map((port) => [String(port), { mode: 'PERMISSIVE' as const }]));
  manifest<WithApiVersion<IPeerAuthentication, 'security.istio.io/v1'>>(scope, id, {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name, labels: { ...labels } },
    spec: { selector: { matchLabels: { app: name } }, mtls: { mode: 'STRICT' }, ...(plaintextPorts.length > 0 && { portLevelMtls: exceptions }) },
  });
}

/** Only pods under this ServiceAccount may call these pods, on this port. The kubelet's probes pass: Istio rewrites them. */
export function allowCaller(scope: Construct, id: string, { name, labels, namespace, serviceAccount, port }: MeshSecurityProps & { readonly namespace: string; readonly serviceAccount: string; readonly port: number }): void {
  manifest<IAuthorizationPolicy>(scope, id, {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name, labels: { ...labels } },
    spec: {
      selector: { matchLabels: { app: name } },
      action: 'ALLOW',
      rules: [{ from: [{ source: { principals: [`cluster.local/ns/${namespace}/sa/${serviceAccount}`] } }], to: [{ operation: { ports: [String(port)] } }] }],
    },
  });
}
