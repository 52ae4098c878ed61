import type * as kubernetes from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import type { ResolvedPlatform } from '../platform/environments';

/** A Helm release that is not ours, pinned. Versions as of 2026-10, for Kubernetes 1.34 to 1.36. */
export interface ReleasePlan {
  readonly name: string;
  readonly chart: string;
  readonly version: string;
  readonly repository: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Whether its pods must be ready before anything that waits for it. */
  readonly awaited: boolean;
}

const EKS_CHARTS = 'https://aws.github.io/eks-charts';
const ISTIO_CHARTS = 'https://istio-release.storage.googleapis.com/charts';
const PROMETHEUS_CHARTS = 'https://prometheus-community.github.io/helm-charts';
const ISTIO_VERSION = '1.29.8';

/** Of the add-ons that call AWS; their pod identities name these. */
export const SYSTEM_NAMESPACE = 'kube-system';
export const LOAD_BALANCER_CONTROLLER = 'aws-load-balancer-controller';
export const NODE_AUTOSCALER = 'cluster-autoscaler';

/** Before there are nodes: none of its pods can be awaited. NetworkPolicies are nothing but text without the agent. */
export const NETWORK_RELEASE: ReleasePlan = {
  name: 'aws-vpc-cni', chart: 'aws-vpc-cni', version: '1.21.1', repository: EKS_CHARTS, namespace: SYSTEM_NAMESPACE, awaited: false,
  values: { enableNetworkPolicy: 'true', env: { NETWORK_POLICY_ENFORCING_MODE: 'standard' } },
};

export interface ReleaseContext {
  readonly clusterName: pulumi.Input<string>;
  readonly region: string;
  readonly vpcId: pulumi.Input<string>;
  /** Of Grafana's administrator: the chart's own is known to everybody. */
  readonly grafanaPassword: pulumi.Input<string>;
}

/** Istio's init containers clash with restricted Pod Security unless its CNI plugin does their work. */
function istio(): readonly ReleasePlan[] {
  const common = { version: ISTIO_VERSION, repository: ISTIO_CHARTS, namespace: 'istio-system', awaited: true } as const;
  return [
    { ...common, name: 'istio-base', chart: 'base', values: { defaultRevision: 'default' } },
    { ...common, name: 'istio-cni', chart: 'cni', values: {} },
    { ...common, name: 'istiod', chart: 'istiod', values: { pilot: { cni: { enabled: true }, autoscaleMin: 2, env: { ENABLE_NATIVE_SIDECARS: 'true' } }, meshConfig: { enablePrometheusMerge: false } } },
  ];
}

function monitoring({ name, monitoringNamespace: namespace }: Pick<ResolvedPlatform, 'name' | 'monitoringNamespace'>, { grafanaPassword }: ReleaseContext): readonly ReleasePlan[] {
  const stack = 'prometheus';
  return [
    { name: 'metrics-server', chart: 'metrics-server', version: '3.13.1', repository: 'https://kubernetes-sigs.github.io/metrics-server', namespace: SYSTEM_NAMESPACE, awaited: true, values: { replicas: 2 } },
    {
      name: stack, chart: 'kube-prometheus-stack', version: '85.3.3', repository: PROMETHEUS_CHARTS, namespace, awaited: true,
      values: {
        fullnameOverride: stack,
        grafana: { adminPassword: grafanaPassword },
        // Our ServiceMonitors and rules bear no label of this release.
        prometheus: { prometheusSpec: { serviceMonitorSelectorNilUsesHelmValues: false, podMonitorSelectorNilUsesHelmValues: false, ruleSelectorNilUsesHelmValues: false, probeSelectorNilUsesHelmValues: false, retention: '24h', replicas: 2 } },
        // The control plane's own metrics are AWS's.
        kubeControllerManager: { enabled: false }, kubeScheduler: { enabled: false }, kubeEtcd: { enabled: false }, kubeProxy: { enabled: false },
      },
    },
    {
      // Its rules come with the workloads, which wait for the add-ons: it cannot be awaited.
      name: 'prometheus-adapter', chart: 'prometheus-adapter', version: '5.3.0', repository: PROMETHEUS_CHARTS, namespace, awaited: false,
      values: { prometheus: { url: `http://${stack}-prometheus.${namespace}.svc`, port: 9090 }, rules: { existing: `${name}-prometheus-adapter` }, replicas: 2 },
    },
  ];
}

/** What the platform needs of its cluster, in the order in which it is installed. */
export function planReleases(platform: Pick<ResolvedPlatform, 'name' | 'monitoringNamespace'>, context: ReleaseContext): readonly ReleasePlan[] {
  const { clusterName, region, vpcId } = context;
  return [
    {
      name: LOAD_BALANCER_CONTROLLER, chart: LOAD_BALANCER_CONTROLLER, version: '1.17.1', repository: EKS_CHARTS, namespace: SYSTEM_NAMESPACE, awaited: true,
      // The load balancer is Pulumi's: the controller binds pods to it, and takes no Service for its own.
      values: { clusterName, region, vpcId, serviceAccount: { name: LOAD_BALANCER_CONTROLLER }, enableServiceMutatorWebhook: false, replicaCount: 2 },
    },
    ...istio(),
    ...monitoring(platform, context),
    {
      name: NODE_AUTOSCALER, chart: NODE_AUTOSCALER, version: '9.59.0', repository: 'https://kubernetes.github.io/autoscaler', namespace: SYSTEM_NAMESPACE, awaited: true,
      values: {
        autoDiscovery: { clusterName }, awsRegion: region, rbac: { serviceAccount: { name: NODE_AUTOSCALER } },
        extraArgs: { 'balance-similar-node-groups': true, expander: 'least-waste', 'skip-nodes-with-system-pods': false },
      },
    },
  ];
}

export function releaseArgs({ name, chart, version, repository, namespace, values, awaited }: ReleasePlan): kubernetes.helm.v3.ReleaseArgs {
  return { name, chart, version, repositoryOpts: { repo: repository }, namespace, createNamespace: true, values: { ...values }, atomic: awaited, skipAwait: !awaited, timeout: 600 };
}
