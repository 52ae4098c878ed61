import { Duration } from 'cdk8s';
import { HorizontalPodAutoscaler, Metric, MetricTarget, Replicas, ScalingStrategy } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { describeBehavior, type ScalingBehavior } from '../../platform/scaling';
import type { ScalingSpec } from '../../platform/spec';
import type { Workload } from './workload';

/** The Pods metric that the prometheus-adapter rule of the observability chart feeds from `http_requests_total`. */
export const REQUESTS_METRIC = 'http_requests_per_second';

export interface AutoscalerProps {
  /** Name of the Deployment, and of its HPA. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly workload: Workload;
  readonly scaling: Pick<ScalingSpec, 'minReplicas' | 'maxReplicas' | 'cpuUtilizationPercent' | 'scaleUp' | 'scaleDown'> & {
    readonly memory: ScalingSpec['memory'];
    readonly requests: { readonly kind: 'none' } | { readonly kind: 'target'; readonly perSecondPerPod: number };
  };
}

function rules(behavior: ScalingBehavior) {
  return {
    strategy: behavior.select === 'Max' ? ScalingStrategy.MAX_CHANGE : ScalingStrategy.MIN_CHANGE,
    stabilizationWindow: Duration.seconds(behavior.stabilizationWindowSeconds),
    policies: behavior.policies.map(({ type, value, periodSeconds }) => ({
      replicas: type === 'Percent' ? Replicas.percent(value) : Replicas.absolute(value),
      duration: Duration.seconds(periodSeconds),
    })),
  };
}

/**
 * The one HPA of a workload. CPU and memory are the container's own (ContainerResource): the sidecar's would blur them.
 * Both behaviors are stated, since the defaults of cdk8s-plus are neither the strategy's nor the controller's; how fast they
 * move the fleet stands in annotations, computed.
 */
export class Autoscaler extends Construct {
  constructor(scope: Construct, id: string, { name, labels, workload, scaling }: AutoscalerProps) {
    super(scope, id);
    const { minReplicas, maxReplicas, memory, requests } = scaling;
    new HorizontalPodAutoscaler(this, 'hpa', {
      metadata: {
        name,
        labels,
        annotations: {
          'rechain.network/scale-up': describeBehavior(scaling.scaleUp, minReplicas, maxReplicas),
          'rechain.network/scale-down': describeBehavior(scaling.scaleDown, maxReplicas, minReplicas),
        },
      },
      target: workload,
      minReplicas,
      maxReplicas,
      metrics: [
        Metric.containerCpu({ container: workload.container, target: MetricTarget.averageUtilization(scaling.cpuUtilizationPercent) }),
        ...(memory.kind === 'target' ? [Metric.containerMemory({ container: workload.container, target: MetricTarget.averageUtilization(memory.utilizationPercent) })] : []),
        ...(requests.kind === 'target' ? [Metric.pods({ name: REQUESTS_METRIC, target: MetricTarget.averageValue(requests.perSecondPerPod) })] : []),
      ],
      scaleUp: rules(scaling.scaleUp),
      scaleDown: rules(scaling.scaleDown),
    });
  }
}
