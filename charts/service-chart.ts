import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Chart } from 'cdk8s';
import { ConfigMap, ServiceAccount } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { IService } from 'kubernetes-models/v1/Service';
import type { ResolvedPlatform } from '../platform/environments';
import { GATEWAY_NAME } from '../platform/service-checks';
import { METRICS_PORT, type ServiceSpec, type TierSpec, tiersOf, workloadName } from '../platform/spec';
import { Autoscaler } from './constructs/autoscaler';
import { manifest } from './constructs/manifest';
import { MeshDestination, MeshRoute } from './constructs/mesh-route';
import { allowCaller, strictPeers } from './constructs/mesh-security';
import { MigrationJob } from './constructs/migration-job';
import { appLabels, HTTP_PORT_NAME, METRICS_PORT_NAME, SERVICE_PORT } from './constructs/names';
import { databasePorts, fromNamespace, fromPods, networkPolicy, toCdnApi, toDatabases, toMeshAndDns } from './constructs/network-policy';
import { meshAnnotations, type PodProps } from './constructs/pod';
import { checksumOf, configurationOf, mountsOf, secretVariablesOf, tierVariable } from './constructs/service-environment';
import { Workload } from './constructs/workload';

/** The uid of the services' image. */
const SERVICE_USER_ID = 10_001;

/** Everything one service is on Kubernetes, in the order in which it is applied. */
export class ServiceChart extends Chart {
  private readonly commonLabels: Record<string, string>;

  constructor(scope: Construct, id: string, private readonly service: ServiceSpec, private readonly platform: ResolvedPlatform) {
    super(scope, id, { namespace: platform.namespace, disableResourceNameHashes: true });
    this.commonLabels = appLabels(service.name, service.image, 'service', platform);
    this.createIdentity();
    this.createConfiguration();
    this.restrictTraffic();
    this.migrate();
    this.createService();
    for (const tier of tiersOf(service)) this.createWorkload(tier);
    new MeshRoute(this, 'route', { service, labels: this.commonLabels });
    this.createMonitor();
  }

  private createIdentity(): void {
    new ServiceAccount(this, 'service-account', { metadata: { name: this.service.name, labels: this.commonLabels }, automountToken: false });
  }

  private createConfiguration(): void {
    new ConfigMap(this, 'configuration', { metadata: { name: this.service.name, labels: this.commonLabels }, data: configurationOf(this.service, this.platform) });
  }

  private restrictTraffic(): void {
    const { service: { name, port }, commonLabels: labels, platform } = this;
    strictPeers(this, 'peers', { name, labels, plaintextPorts: [] });
    allowCaller(this, 'callers', { name, labels, namespace: platform.namespace, serviceAccount: GATEWAY_NAME, port });
    networkPolicy(this, 'ingress', {
      name: `${name}-ingress`, labels, selector: { app: name }, egress: [],
      ingress: [fromPods(GATEWAY_NAME, port), fromNamespace(platform.monitoringNamespace, METRICS_PORT)],
    });
    // By name, not by app: the migration Job's pods go the same ways.
    networkPolicy(this, 'egress', { name: `${name}-egress`, labels, selector: { 'app.kubernetes.io/name': name }, ingress: [], egress: this.egressRules() });
  }

  private egressRules() {
    const { service, platform } = this;
    return [
      ...toMeshAndDns(),
      ...toDatabases(platform.network.databases, { postgres: service.database !== 'none', redis: service.cache === 'redis' }),
      ...(service.cdn === 'invalidates' ? toCdnApi(platform.network.vpc) : []),
    ];
  }

  private migrate(): void {
    if (this.service.database === 'none') return;
    const pod = this.podProps();
    new MigrationJob(this, 'migration', { service: this.service.name, labels: this.commonLabels, pod: { ...pod, environment: [tierVariable('standard'), ...pod.environment], annotations: this.meshAnnotationsOf([]) } });
  }

  private createService(): void {
    const { service: { name, port }, commonLabels: labels } = this;
    new MeshDestination(this, 'destination', { service: this.service, labels });
    manifest<IService>(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, labels },
      spec: {
        type: 'ClusterIP',
        selector: { app: name },
        ports: [
          { name: HTTP_PORT_NAME, appProtocol: 'http', port: SERVICE_PORT, targetPort: port },
          { name: METRICS_PORT_NAME, appProtocol: 'http', port: METRICS_PORT, targetPort: METRICS_PORT },
        ],
      },
    });
  }

  /** What the Deployments' pods and the migration's have in common. */
  private podProps(): Omit<PodProps, 'annotations'> {
    const { service, platform } = this;
    return {
      labels: this.commonLabels,
      serviceAccount: service.name,
      image: service.image,
      resources: service.resources,
      environment: secretVariablesOf(service, platform),
      environmentFrom: [{ configMapRef: { name: service.name } }],
      mounts: mountsOf(service),
      userId: SERVICE_USER_ID,
    };
  }

  private meshAnnotationsOf(excludedInboundPorts: readonly number[]): Record<string, string> {
    const { service } = this;
    return meshAnnotations({ excludedInboundPorts, excludedOutboundPorts: databasePorts({ postgres: service.database !== 'none', redis: service.cache === 'redis' }) });
  }

  private createWorkload({ tier, scaling }: TierSpec): void {
    const { service } = this;
    const name = workloadName(service, tier);
    const labels = { ...this.commonLabels, tier };
    const pod = this.podProps();
    const workload = new Workload(this, `workload-${tier}`, {
      ...pod,
      name,
      labels,
      selector: { app: service.name, tier },
      // Prometheus is outside the mesh: Envoy leaves the metrics port alone.
      annotations: { ...this.meshAnnotationsOf([METRICS_PORT]), 'checksum/config': checksumOf(configurationOf(service, this.platform)) },
      environment: [tierVariable(tier), ...pod.environment],
      port: service.port,
      metrics: { kind: 'port', port: METRICS_PORT },
      probes: { startup: { kind: 'http', probe: service.probes.startup }, liveness: { kind: 'http', probe: service.probes.liveness }, readiness: { kind: 'http', probe: service.probes.readiness } },
      shutdown: service.shutdown,
      spread: service.spread ?? { zone: service.criticality === 'critical' ? 'required' : 'preferred', host: 'preferred' },
      capacity: service.criticality === 'flexible' ? 'spot' : 'on-demand',
      maxUnavailablePercent: service.maxUnavailablePercent,
    });
    new Autoscaler(this, `autoscaler-${tier}`, { name, labels, workload, scaling: { ...scaling, requests: { kind: 'target', perSecondPerPod: scaling.requestsPerSecondPerPod } } });
  }

  private createMonitor(): void {
    const { name } = this.service;
    manifest<IServiceMonitor>(this, 'monitor', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: { name, labels: this.commonLabels },
      spec: {
        selector: { matchLabels: { app: name } },
        podTargetLabels: ['app', 'tier'],
        // The services' own label `endpoint` is a route; without honorLabels the scrape's would take its place.
        endpoints: [{ port: METRICS_PORT_NAME, path: '/metrics', interval: '15s', scrapeTimeout: '10s', honorLabels: true }],
      },
    });
  }
}
