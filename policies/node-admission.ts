import { isUnset } from './containers';
import { requirementsOf, selects, type Requirement } from './label-selector';
import { isFields, listOf, scalarText, textOf, valueAt } from './narrow';
import type { NodeGroup } from './node-groups';
import { isDecidedLater } from './planned-resource';
import type { PodTemplate } from './pod-template';

/** Labels that Kubernetes, EKS and others give nodes by themselves. */
const GIVEN = /(?:^|[./])(?:kubernetes\.io|k8s\.io|amazonaws\.com|k8s\.aws|karpenter\.sh)\//;

export const ZONE_LABELS: readonly string[] = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];

/** A pod's ways onto a node, of which one must hold: its node selector with each term of its required affinity. */
function waysOf({ spec }: PodTemplate): readonly (readonly Requirement[])[] {
  const selector = requirementsOf({ matchLabels: spec['nodeSelector'] });
  const terms = listOf(valueAt(spec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'));
  return terms.length === 0 ? [selector] : terms.map((term) => [...selector, ...requirementsOf(term)]);
}

/** Whether a node of the group meets a condition; it does where its label, or the zone, is not known. */
function meets(requirement: Requirement, { labels, zones }: NodeGroup): boolean {
  const { key, operator } = requirement;
  const given = labels?.[key];
  if (given === undefined && ZONE_LABELS.includes(key) && zones) return [...zones].some((zone) => selects([requirement], { [key]: zone }));
  if (labels === undefined || isDecidedLater(given) || (given === undefined && GIVEN.test(key)) || !['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator)) return true;
  return selects([requirement], given === undefined ? {} : { [key]: scalarText(given) });
}

const plainEffect = (effect: unknown): string => scalarText(effect).replaceAll('_', '').toLowerCase();

function tolerates(toleration: unknown, taint: unknown): boolean {
  const key = textOf(valueAt(toleration, 'key')) ?? '';
  const effect = valueAt(toleration, 'effect');
  if (key !== '' && key !== valueAt(taint, 'key')) return false;
  if (!isUnset(effect) && effect !== '' && plainEffect(effect) !== plainEffect(valueAt(taint, 'effect'))) return false;
  if (valueAt(toleration, 'operator') === 'Exists') return true;
  return key !== '' && scalarText(valueAt(toleration, 'value') ?? '') === scalarText(valueAt(taint, 'value') ?? '');
}

/** Whether a taint keeps pods off that do not tolerate it; not where part of it is decided later. */
function repels(taint: unknown): boolean {
  if (!isFields(taint) || ['key', 'value', 'effect'].some((field) => isDecidedLater(taint[field]))) return false;
  return ['noschedule', 'noexecute'].includes(plainEffect(taint['effect']));
}

/** Whether the scheduler may put the pod on a node of the group, by labels and taints; what is not known does not keep it off. */
export function admits(group: NodeGroup, pod: PodTemplate): boolean {
  const tolerations = listOf(pod.spec['tolerations']);
  return (
    group.taints.every((taint) => !repels(taint) || tolerations.some((toleration) => tolerates(toleration, taint))) &&
    waysOf(pod).some((way) => way.every((requirement) => meets(requirement, group)))
  );
}
