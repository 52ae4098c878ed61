import { numberOf, valueAt } from './narrow';

/** The HPA controller looks this often (kube-controller-manager `--horizontal-pod-autoscaler-sync-period`). */
const SYNC_PERIOD_SECONDS = 15;

/** Over lists that are too long for the arguments of one call. */
const largestOf = (numbers: readonly number[]): number => numbers.reduce((largest, number) => Math.max(largest, number), -Infinity);
const smallestOf = (numbers: readonly number[]): number => numbers.reduce((smallest, number) => Math.min(smallest, number), Infinity);

/** Where one policy lets a fleet shrink to within its period, as the controller rounds it. */
function limitOf(policy: unknown, start: number): number {
  const value = numberOf(valueAt(policy, 'value'));
  return valueAt(policy, 'type') === 'Percent' ? Math.trunc(start * (1 - value / 100)) : start - value;
}

/**
 * Seconds that the policies of a scaleDown need from one fleet size to a smaller one, without its window: replayed as the controller
 * does it, and the last step counts with its period. Infinity where that is beyond `limitSeconds`.
 * Source: calculateScaleDownLimitWithBehaviors in kubernetes/pkg/controller/podautoscaler/horizontal.go.
 */
export function secondsToShrink(scaleDown: unknown, policies: readonly unknown[], from: number, to: number, limitSeconds: number): number {
  const periods = policies.map((policy) => numberOf(valueAt(policy, 'periodSeconds')));
  const slowest = valueAt(scaleDown, 'selectPolicy') === 'Min' ? largestOf : smallestOf;
  const sizes: number[] = [];
  let size = from;
  for (let sync = 0; sync * SYNC_PERIOD_SECONDS <= limitSeconds; sync++) {
    // A policy counts from the size that the fleet had when its period began.
    const limits = policies.map((policy, index) => limitOf(policy, sizes[Math.floor(sync - (periods[index] ?? 0) / SYNC_PERIOD_SECONDS)] ?? from));
    size = Math.max(to, Math.min(size, slowest(limits)));
    if (!(size > to)) return sync * SYNC_PERIOD_SECONDS + largestOf(periods);
    sizes.push(size);
  }
  return Infinity;
}
