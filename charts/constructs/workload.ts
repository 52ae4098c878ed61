import { Size, ApiObject } from 'cdk8s';
import { Container, Cpu, type IScalable, type ScalingTarget } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IProbe } from 'kubernetes-models/v1/Probe';
import type { ITopologySpreadConstraint } from 'kubernetes-models/v1/TopologySpreadConstraint';
import { MAX_SURGE_PERCENT } from '../../platform/connections';
import type { ProbeSpec } from '../../platform/spec';
import { manifest } from './manifest';
import { CAPACITY_KEY, CONTAINER_NAME, HTTP_PORT_NAME, METRICS_PORT_NAME } from './names';
import { gracePeriodSeconds, type PodProps, podTemplate } from './pod';

/** A probe that an HTTP route answers, or a plain TCP connect. */
export type WorkloadProbe = { readonly kind: 'http'; readonly probe: ProbeSpec } | { readonly kind: 'tcp'; readonly probe: Omit<ProbeSpec, 'path'> };

export interface WorkloadProps extends PodProps {
  /** Name of the Deployment, its HPA and its PodDisruptionBudget. */
  readonly name: string;
  /** The Deployment's immutable selector; the pod bears it among its labels. */
  readonly selector: Readonly<Record<string, string>>;
  readonly port: number;
  readonly metrics: { readonly kind: 'none' } | { readonly kind: 'port'; readonly port: number };
  readonly probes: { readonly startup: WorkloadProbe; readonly liveness: WorkloadProbe; readonly readiness: WorkloadProbe };
  readonly shutdown: { readonly preStopSeconds: number; readonly hardStopSeconds: number };
  readonly spread: { readonly zone: 'required' | 'preferred'; readonly host: 'required' | 'preferred' };
  /** `spot` tolerates the spot nodes' taint and prefers those nodes. */
  readonly capacity: 'on-demand' | 'spot';
  /** Most pods that an eviction may take at once, of those wanted. */
  readonly maxUnavailablePercent: number;
}

function toProbe({ kind, probe }: WorkloadProbe): IProbe {
  const { initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold } = probe;
  const action = kind === 'http' ? { httpGet: { path: (probe as ProbeSpec).path, port: HTTP_PORT_NAME } } : { tcpSocket: { port: HTTP_PORT_NAME } };
  return { ...action, initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold };
}

function servingContainer({ port, metrics, probes, shutdown }: WorkloadProps): Partial<IContainer> {
  return {
    ports: [{ name: HTTP_PORT_NAME, containerPort: port }, ...(metrics.kind === 'port' ? [{ name: METRICS_PORT_NAME, containerPort: metrics.port }] : [])],
    startupProbe: toProbe(probes.startup),
    livenessProbe: toProbe(probes.liveness),
    readinessProbe: toProbe(probes.readiness),
    // The kubelet sleeps while endpoints forget the pod: the image needs no shell.
    lifecycle: { preStop: { sleep: { seconds: shutdown.preStopSeconds } } },
  };
}

function spreadConstraints({ selector, spread }: WorkloadProps): ITopologySpreadConstraint[] {
  const constraint = (topologyKey: string, want: 'required' | 'preferred'): ITopologySpreadConstraint => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: want === 'required' ? 'DoNotSchedule' : 'ScheduleAnyway',
    labelSelector: { matchLabels: { ...selector } },
    // Each roll-out is spread by itself, and nodes that the pod may not use are no domains.
    matchLabelKeys: ['pod-template-hash'],
    nodeTaintsPolicy: 'Honor',
  });
  return [constraint('topology.kubernetes.io/zone', spread.zone), constraint('kubernetes.io/hostname', spread.host)];
}

function placement(props: WorkloadProps): Partial<IPodSpec> {
  const topologySpreadConstraints = spreadConstraints(props);
  if (props.capacity === 'on-demand') return { topologySpreadConstraints };
  return {
    topologySpreadConstraints,
    tolerations: [{ key: CAPACITY_KEY, operator: 'Equal', value: 'spot', effect: 'NoSchedule' }],
    affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: { matchExpressions: [{ key: CAPACITY_KEY, operator: 'In', values: ['spot'] }] } }] } },
  };
}

/**
 * A Deployment that an autoscaler owns, and its PodDisruptionBudget: it states no `replicas`, never serves less while it rolls,
 * and spreads over zones and hosts. cdk8s-plus's own Deployment writes the fields of Kubernetes 1.27 only, so that
 * `preStop.sleep` would be lost; its HPA takes anything that is `IScalable`.
 */
export class Workload extends Construct implements IScalable {
  readonly hasAutoscaler = true;
  /** The container as cdk8s-plus's metrics and checks know it. */
  readonly container: Container;
  private readonly deployment: ApiObject;

  constructor(scope: Construct, id: string, private readonly props: WorkloadProps) {
    super(scope, id);
    this.container = this.describeContainer();
    this.deployment = this.createDeployment();
    this.createDisruptionBudget();
  }

  /** Part of IScalable: there is nothing to mark, a workload never states `replicas`. */
  markHasAutoscaler(): void {
    // Nothing changes.
  }

  /** Part of IScalable. */
  toScalingTarget(): ScalingTarget {
    return { kind: this.deployment.kind, apiVersion: this.deployment.apiVersion, name: this.props.name, containers: [this.container] };
  }

  private describeContainer(): Container {
    const { image, resources: { requests, limits } } = this.props;
    return new Container({
      name: CONTAINER_NAME,
      image,
      resources: {
        cpu: { request: Cpu.millis(requests.cpuMillis), limit: Cpu.millis(limits.cpuMillis) },
        memory: { request: Size.mebibytes(requests.memoryMiB), limit: Size.mebibytes(limits.memoryMiB) },
      },
    });
  }

  private createDeployment(): ApiObject {
    const { name, labels, selector, shutdown } = this.props;
    return manifest<IDeployment>(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels: { ...labels } },
      spec: {
        selector: { matchLabels: { ...selector } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: `${MAX_SURGE_PERCENT}%` } },
        progressDeadlineSeconds: 600,
        revisionHistoryLimit: 5,
        template: podTemplate(this.props, servingContainer(this.props), { terminationGracePeriodSeconds: gracePeriodSeconds(shutdown), ...placement(this.props) }),
      },
    });
  }

  private createDisruptionBudget(): void {
    const { name, labels, selector, maxUnavailablePercent } = this.props;
    manifest<IPodDisruptionBudget>(this, 'disruption-budget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, labels: { ...labels } },
      // A percentage rounds up: one pod can always be evicted, and a pod that never got ready blocks no node's drain.
      spec: { selector: { matchLabels: { ...selector } }, maxUnavailable: `${maxUnavailablePercent}%`, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    });
  }
}
