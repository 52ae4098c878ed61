import { Chart } from 'cdk8s';
import { ConfigMap, ServiceAccount } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { IService } from 'kubernetes-models/v1/Service';
import type { ResolvedPlatform } from '../platform/environments';
import { GATEWAY_NAME } from '../platform/service-checks';
import { Autoscaler } from './constructs/autoscaler';
import { manifest } from './constructs/manifest';
import { strictPeers } from './constructs/mesh-security';
import { appLabels, HTTP_PORT_NAME, SERVICE_PORT } from './constructs/names';
import { fromBlocks, networkPolicy, toMeshAndDns, toPods } from './constructs/network-policy';
import { nginxConfig } from './constructs/nginx-config';
import { meshAnnotations } from './constructs/pod';
import { checksumOf } from './constructs/service-environment';
import { Workload } from './constructs/workload';

/** The uid of nginxinc/nginx-unprivileged. */
const NGINX_USER_ID = 101;
const CONFIG_FILE = 'nginx.conf';
const API_KEYS_SECRET = 'gateway-api-keys';
const API_KEYS_FOLDER = '/etc/nginx/api-keys';
const API_KEYS_KEY = 'api-keys.map';

const probe = { initialDelaySeconds: 0, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 };

/** Whose X-Forwarded-For an environment's gateway believes. */
export function trustedProxies(platform: ResolvedPlatform): readonly string[] {
  return platform.clientAddress === 'loopback' ? ['127.0.0.0/8', '::1/128'] : platform.network.loadBalancers;
}

/** The nginx.conf of the gateway as it runs in the cluster. */
export function clusterNginxConfig(platform: ResolvedPlatform): string {
  return nginxConfig({
    host: platform.gateway.host,
    listen: String(platform.gateway.port),
    upstreams: platform.services.map(({ name, routes }) => ({ service: name, routes, servers: [`${name}.${platform.namespace}.svc.cluster.local:${SERVICE_PORT}`] })),
    rateLimit: platform.gateway.rateLimit,
    timeouts: platform.gateway.timeouts,
    trustedProxies: trustedProxies(platform),
    // TLS ends at the CDN.
    clientScheme: platform.clientAddress === 'loopback' ? 'http' : 'https',
    apiKeysFile: `${API_KEYS_FOLDER}/${API_KEYS_KEY}`,
    temporaryFolder: '/tmp',
    logs: { access: '/dev/stdout', error: '/dev/stderr' },
  });
}

/** The nginx gateway: the only way in. */
export class GatewayChart extends Chart {
  private readonly commonLabels: Record<string, string>;

  constructor(scope: Construct, id: string, private readonly platform: ResolvedPlatform) {
    super(scope, id, { namespace: platform.namespace, disableResourceNameHashes: true });
    this.commonLabels = appLabels(GATEWAY_NAME, platform.gateway.image, 'gateway', platform);
    this.createIdentity();
    this.restrictTraffic();
    this.createService();
    this.createWorkload(this.createConfiguration());
  }

  private createIdentity(): void {
    new ServiceAccount(this, 'service-account', { metadata: { name: GATEWAY_NAME, labels: this.commonLabels }, automountToken: false });
  }

  private restrictTraffic(): void {
    const { platform: { gateway, network, services, clientAddress }, commonLabels: labels } = this;
    // The public port is outside the sidecar, so that nginx sees who connects; PERMISSIVE keeps the load balancer served if that changes.
    strictPeers(this, 'peers', { name: GATEWAY_NAME, labels, plaintextPorts: [gateway.port] });
    networkPolicy(this, 'network-policy', {
      name: GATEWAY_NAME,
      labels,
      selector: { app: GATEWAY_NAME },
      // A load balancer in this machine's cluster has no subnet of the catalog.
      ingress: [clientAddress === 'loopback' ? { ports: [{ port: gateway.port, protocol: 'TCP' }] } : fromBlocks(network.loadBalancers, gateway.port)],
      egress: [...toMeshAndDns(), toPods(services.map(({ name }) => name), [...new Set(services.map(({ port }) => port))])],
    });
  }

  private createService(): void {
    const { platform, commonLabels: labels } = this;
    manifest<IService>(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: GATEWAY_NAME, labels, annotations: platform.clientAddress === 'loopback' ? {} : this.loadBalancerAnnotations() },
      spec: {
        type: 'LoadBalancer',
        ...(platform.clientAddress === 'load-balancers' && { loadBalancerClass: 'service.k8s.aws/nlb', allocateLoadBalancerNodePorts: false }),
        selector: { app: GATEWAY_NAME },
        ports: [{ name: HTTP_PORT_NAME, appProtocol: 'http', port: SERVICE_PORT, targetPort: platform.gateway.port }],
      },
    });
  }

  /** A network load balancer that sends to pods directly, checks `/health`, and lets in the CDN's edges alone. */
  private loadBalancerAnnotations(): Record<string, string> {
    const { cdn } = this.platform.data;
    const prefix = 'service.beta.kubernetes.io/aws-load-balancer';
    return {
      [`${prefix}-scheme`]: 'internet-facing',
      [`${prefix}-nlb-target-type`]: 'ip',
      // nginx sees the load balancer's own address, and believes X-Forwarded-For from its subnets only.
      [`${prefix}-target-group-attributes`]: 'preserve_client_ip.enabled=false,deregistration_delay.timeout_seconds=30',
      [`${prefix}-healthcheck-protocol`]: 'http',
      [`${prefix}-healthcheck-path`]: '/health',
      ...(cdn.kind === 'cloudfront' && { [`${prefix}-security-group-prefix-lists`]: cdn.originFacingPrefixListId }),
    };
  }

  private createConfiguration(): Record<string, string> {
    const data = { [CONFIG_FILE]: clusterNginxConfig(this.platform) };
    new ConfigMap(this, 'configuration', { metadata: { name: GATEWAY_NAME, labels: this.commonLabels }, data });
    return data;
  }

  private createWorkload(configuration: Record<string, string>): void {
    const { platform: { gateway } } = this;
    const labels = { ...this.commonLabels, tier: 'standard' };
    const workload = new Workload(this, 'workload', {
      name: GATEWAY_NAME,
      labels,
      selector: { app: GATEWAY_NAME, tier: 'standard' },
      annotations: {
        ...meshAnnotations({ excludedInboundPorts: [gateway.port], excludedOutboundPorts: [] }),
        'checksum/config': checksumOf(configuration),
        'policies.rechain.network/allow.high-user-id': `nginxinc/nginx-unprivileged is built for user ${NGINX_USER_ID}.`,
      },
      serviceAccount: GATEWAY_NAME,
      image: gateway.image,
      resources: gateway.resources,
      environment: [],
      environmentFrom: [],
      mounts: [
        { kind: 'config', name: 'configuration', configMap: GATEWAY_NAME, mountPath: `/etc/nginx/${CONFIG_FILE}`, subPath: CONFIG_FILE },
        { kind: 'secret', name: 'api-keys', secret: API_KEYS_SECRET, mountPath: API_KEYS_FOLDER, keys: [API_KEYS_KEY] },
      ],
      userId: NGINX_USER_ID,
      port: gateway.port,
      metrics: { kind: 'none' },
      probes: {
        startup: { kind: 'http', probe: { ...probe, path: '/health', periodSeconds: 2, failureThreshold: 15 } },
        liveness: { kind: 'tcp', probe: { ...probe, periodSeconds: 10 } },
        readiness: { kind: 'http', probe: { ...probe, path: '/health' } },
      },
      shutdown: gateway.shutdown,
      spread: { zone: 'required', host: 'preferred' },
      capacity: 'on-demand',
      maxUnavailablePercent: gateway.maxUnavailablePercent,
    });
    new Autoscaler(this, 'autoscaler', { name: GATEWAY_NAME, labels, workload, scaling: { ...gateway.scaling, memory: { kind: 'none', reason: 'nginx holds no heap' }, requests: { kind: 'none' } } });
  }
}
