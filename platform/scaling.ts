/** How fast an autoscaler may move in one direction. Seconds throughout; HPA v2 semantics. */
export interface ScalingBehavior {
  /** The choice by name, as it stands in annotations and documents. */
  readonly name: string;
  /** Highest (scaling down) or lowest (scaling up) recommendation of this window counts. 0 to 3600. */
  readonly stabilizationWindowSeconds: number;
  /** Which policy decides where several allow a change: the largest or the smallest change. */
  readonly select: 'Max' | 'Min';
  readonly policies: readonly ScalingPolicy[];
}

export interface ScalingPolicy {
  readonly type: 'Percent' | 'Pods';
  /** Percent of the replicas at the period's start, or pods. */
  readonly value: number;
  /** 1 to 1800. */
  readonly periodSeconds: number;
}

const doublePer15Seconds: readonly ScalingPolicy[] = [
  { type: 'Percent', value: 100, periodSeconds: 15 },
  { type: 'Pods', value: 10, periodSeconds: 15 },
];

const tenPercentPerMinute: readonly ScalingPolicy[] = [
  { type: 'Percent', value: 10, periodSeconds: 60 },
  { type: 'Pods', value: 2, periodSeconds: 60 },
];

/** Up once load has been high for a minute: fewer false rises, every rise up to a minute late. 3 to 100 pods in 60 s after the window. */
export const confirmedScaleUp: ScalingBehavior = { name: 'confirmed', stabilizationWindowSeconds: 60, select: 'Max', policies: doublePer15Seconds };

/** Up at the first high reading (the Kubernetes default window, 0). 3 to 100 pods in 60 s. */
export const immediateScaleUp: ScalingBehavior = { ...confirmedScaleUp, name: 'immediate', stabilizationWindowSeconds: 0 };

/** Down by the smaller of 10 % and 2 pods a minute: 100 to 3 pods in 52 minutes after the 300 s window. Safe for bursts, dear at night. */
export const cautiousScaleDown: ScalingBehavior = { name: 'cautious', stabilizationWindowSeconds: 300, select: 'Min', policies: tenPercentPerMinute };

/** Down by the larger of 10 % and 2 pods a minute: 100 to 3 pods in 22 minutes after the 300 s window. */
export const promptScaleDown: ScalingBehavior = { ...cautiousScaleDown, name: 'prompt', select: 'Max' };

/**
 * Where one policy lets the fleet go from `replicas` within one of its periods.
 * Source: calculateScaleUpLimitWithScalingRules and calculateScaleDownLimitWithBehaviors in
 * kubernetes/pkg/controller/podautoscaler/horizontal.go (percent up rounds up, percent down truncates the remainder).
 */
function limitOf(policy: ScalingPolicy, replicas: number, direction: 'up' | 'down'): number {
  if (policy.type === 'Pods') return direction === 'up' ? replicas + policy.value : replicas - policy.value;
  return direction === 'up' ? Math.ceil(replicas * (1 + policy.value / 100)) : Math.trunc(replicas * (1 - policy.value / 100));
}

/** The controller looks at its HPAs this often (kube-controller-manager `--horizontal-pod-autoscaler-sync-period`). */
const SYNC_PERIOD_SECONDS = 15;

/**
 * Seconds that the policies alone need from one fleet size to another, first step at once, without the stabilization window:
 * replayed sync by sync, each policy counting from where its own period began. Infinity where the policies never get there.
 */
export function secondsToScale(behavior: ScalingBehavior, from: number, to: number): number {
  const direction = to > from ? 'up' : 'down';
  const furthest = (behavior.select === 'Max') === (direction === 'up') ? Math.max : Math.min;
  const longestPeriodSeconds = Math.max(...behavior.policies.map((policy) => policy.periodSeconds));
  const steps: { atSeconds: number; change: number }[] = [];
  let replicas = from;
  let seconds = 0;
  while (replicas !== to) {
    const limits = behavior.policies.map((policy) => {
      const recent = steps.filter((step) => step.atSeconds > seconds - policy.periodSeconds);
      return limitOf(policy, replicas - recent.reduce((sum, step) => sum + step.change, 0), direction);
    });
    const next = direction === 'up' ? Math.min(furthest(...limits), to) : Math.max(furthest(...limits), to);
    if (direction === 'up' ? next > replicas : next < replicas) {
      steps.push({ atSeconds: seconds, change: next - replicas });
      replicas = next;
    } else if (seconds - (steps.at(-1)?.atSeconds ?? 0) > longestPeriodSeconds) {
      return Infinity;
    }
    seconds += SYNC_PERIOD_SECONDS;
  }
  // The last step counts with the period it fills: 52 steps of a minute are 52 minutes.
  return (steps.at(-1)?.atSeconds ?? 0) + (steps.length > 0 ? longestPeriodSeconds : 0);
}

/** `cautious: 100 to 3 pods in 52 min, after a window of 300 s`. */
export function describeBehavior(behavior: ScalingBehavior, from: number, to: number): string {
  const minutes = Math.ceil((secondsToScale(behavior, from, to) / 60) * 10) / 10;
  return `${behavior.name}: ${from} to ${to} pods in ${minutes} min, after a window of ${behavior.stabilizationWindowSeconds} s`;
}
