import { exampleDeployment } from '../examples';
import { formatRequirements, requirementsOf } from '../label-selector';
import { isFields, listOf, valueAt } from '../narrow';
import type { Rule } from '../policy';
import { selectsItself } from '../spreading';

const constraint = (app: string): string =>
  `topologySpreadConstraints: [{ maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: ${app} } } }]`;

/** The labelSelector of a topology spread constraint finds the pod that bears the constraint. */
export const spreadSelectsOwnPods: Rule = {
  id: 'spread-selects-own-pods',
  title: 'A spread constraint counts its own pods',
  why: 'A constraint that does not count the pod itself spreads nothing: it sends every replica where the others of the selector are fewest.',
  good: exampleDeployment('replicas: 3', constraint('web')),
  bad: exampleDeployment('replicas: 3', constraint('wbe')),
  remedy: 'Make the labelSelector the same as the selector of the workload.',
  *check(store) {
    for (const pod of store.podTemplates()) {
      for (const [index, spreading] of listOf(pod.spec['topologySpreadConstraints']).entries()) {
        const selector = valueAt(spreading, 'labelSelector');
        if (selectsItself(pod, selector)) continue;
        const received = isFields(selector) ? formatRequirements(requirementsOf(selector)) : selector;
        yield { object: pod.owner, path: `${pod.path}.topologySpreadConstraints[${index}].labelSelector`, received, message: 'does not match the labels of the pod itself' };
      }
    }
  },
};
