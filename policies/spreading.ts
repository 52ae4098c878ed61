import { requirementsOf, selects } from './label-selector';
import { isFields, listOf, textOf, valueAt } from './narrow';
import type { PodTemplate } from './pod-template';

/** Places that lie on different nodes. */
const APART = new Set(['kubernetes.io/hostname', 'topology.kubernetes.io/zone', 'topology.kubernetes.io/region']);

/** Whether a selector finds the pod that bears it; without a selector it finds nothing. */
export function selectsItself({ labels }: PodTemplate, selector: unknown): boolean {
  return isFields(selector) && selects(requirementsOf(selector), labels);
}

/** Whether a term of affinity counts the pods of its own namespace; without a list it does. */
function isAboutNamespace({ namespace }: PodTemplate, term: unknown): boolean {
  const namespaces = listOf(valueAt(term, 'namespaces'));
  return namespaces.length === 0 || namespaces.includes(namespace);
}

/** Whether the pods of one template keep apart from one another. */
export function isSpread(pod: PodTemplate): boolean {
  const antiAffinity = valueAt(pod.spec, 'affinity', 'podAntiAffinity');
  const terms = [
    ...listOf(valueAt(antiAffinity, 'requiredDuringSchedulingIgnoredDuringExecution')),
    ...listOf(valueAt(antiAffinity, 'preferredDuringSchedulingIgnoredDuringExecution')).map((term) => valueAt(term, 'podAffinityTerm')),
  ];
  return (
    listOf(pod.spec['topologySpreadConstraints']).some((constraint) => selectsItself(pod, valueAt(constraint, 'labelSelector'))) ||
    terms.some((term) => APART.has(textOf(valueAt(term, 'topologyKey')) ?? '') && isAboutNamespace(pod, term) && selectsItself(pod, valueAt(term, 'labelSelector')))
  );
}
