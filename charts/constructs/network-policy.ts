import type { Construct } from 'constructs';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { INetworkPolicyEgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule';
import type { INetworkPolicyIngressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule';
import type { INetworkPolicyPort } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPort';
import { manifest } from './manifest';
import { DNS_NAMESPACE, ISTIO_NAMESPACE } from './names';

const POSTGRES_PORT = 5432;
const REDIS_PORT = 6379;
const HTTPS_PORT = 443;
/** istiod's xDS and certificates; its webhooks are called by the API server, not by pods. */
const ISTIOD_PORT = 15_012;
/** EKS Pod Identity hands out AWS credentials here, on every node. */
const POD_IDENTITY_AGENT = { addressBlock: '169.254.170.23/32', port: 80 };

const tcp = (...ports: readonly number[]): INetworkPolicyPort[] => ports.map((port) => ({ port, protocol: 'TCP' }));
const inNamespace = (name: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
const blocks = (addressBlocks: readonly string[]) => addressBlocks.map((cidr) => ({ ipBlock: { cidr } }));

/** A NetworkPolicy for the pods that bear all of `selector`. */
export interface NetworkPolicyProps {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly selector: Readonly<Record<string, string>>;
  readonly ingress: readonly INetworkPolicyIngressRule[];
  readonly egress: readonly INetworkPolicyEgressRule[];
}

export function networkPolicy(scope: Construct, id: string, { name, labels, selector, ingress, egress }: NetworkPolicyProps): void {
  const policyTypes = [...(ingress.length > 0 ? (['Ingress'] as const) : []), ...(egress.length > 0 ? (['Egress'] as const) : [])];
  manifest<INetworkPolicy>(scope, id, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, labels: { ...labels } },
    spec: { podSelector: { matchLabels: { ...selector } }, policyTypes, ...(ingress.length > 0 && { ingress: [...ingress] }), ...(egress.length > 0 && { egress: [...egress] }) },
  });
}

/** Nothing in, nothing out, for every pod of the namespace: what is needed is allowed pod by pod. */
export function denyByDefault(scope: Construct, id: string, labels: Readonly<Record<string, string>>): void {
  manifest<INetworkPolicy>(scope, id, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'default-deny', labels: { ...labels } },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  });
}

/** By the pods' port: Envoy calls pods, so that a Service's port (80) never shows, even where a policy engine looks at it. */
export function fromPods(app: string, port: number): INetworkPolicyIngressRule {
  return { from: [{ podSelector: { matchLabels: { app } } }], ports: tcp(port) };
}

export function fromNamespace(namespace: string, port: number): INetworkPolicyIngressRule {
  return { from: [{ namespaceSelector: inNamespace(namespace) }], ports: tcp(port) };
}

export function fromBlocks(addressBlocks: readonly string[], port: number): INetworkPolicyIngressRule {
  return { from: blocks(addressBlocks), ports: tcp(port) };
}

export function toPods(apps: readonly string[], ports: readonly number[]): INetworkPolicyEgressRule {
  return { to: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: [...apps] }] } }], ports: tcp(...ports) };
}

/** What every meshed pod needs: names and the mesh's control plane. */
export function toMeshAndDns(): INetworkPolicyEgressRule[] {
  return [
    { to: [{ namespaceSelector: inNamespace(DNS_NAMESPACE), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }], ports: [{ port: 53, protocol: 'UDP' }, ...tcp(53)] },
    { to: [{ namespaceSelector: inNamespace(ISTIO_NAMESPACE), podSelector: { matchLabels: { app: 'istiod' } } }], ports: tcp(ISTIOD_PORT) },
  ];
}

interface DatabaseNeeds {
  readonly postgres: boolean;
  readonly redis: boolean;
}

export function databasePorts(needs: DatabaseNeeds): number[] {
  return [...(needs.postgres ? [POSTGRES_PORT] : []), ...(needs.redis ? [REDIS_PORT] : [])];
}

export function toDatabases(addressBlocks: readonly string[], needs: DatabaseNeeds): INetworkPolicyEgressRule[] {
  const ports = databasePorts(needs);
  return ports.length === 0 ? [] : [{ to: blocks(addressBlocks), ports: tcp(...ports) }];
}

/** What is never on the Internet: private ranges, carrier-grade NAT (pods of some clusters), link-local addresses. */
const PRIVATE_BLOCKS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'];

/** The CDN's public API, and the credentials to call it: a NetworkPolicy knows no host names, so the whole Internet, and nothing private. */
export function toCdnApi(vpc: string): INetworkPolicyEgressRule[] {
  return [
    { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: [...new Set([vpc, ...PRIVATE_BLOCKS])] } }], ports: tcp(HTTPS_PORT) },
    { to: blocks([POD_IDENTITY_AGENT.addressBlock]), ports: tcp(POD_IDENTITY_AGENT.port) },
  ];
}
