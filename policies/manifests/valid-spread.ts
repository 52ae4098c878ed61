import { isUnset, podSetting } from '../containers';
import { exampleDeployment } from '../examples';
import { listOf, numberOf, valueAt } from '../narrow';
import type { Rule } from '../policy';

const REACTIONS = new Set<unknown>(['DoNotSchedule', 'ScheduleAnyway']);

/** What is wrong with a constraint, by field (ValidateTopologySpreadConstraints of the API server). */
function* faultsOf(constraint: unknown): Iterable<readonly [field: string, message: string]> {
  const [maxSkew, minDomains, reaction] = ['maxSkew', 'minDomains', 'whenUnsatisfiable'].map((field) => valueAt(constraint, field));
  if (numberOf(maxSkew) < 1) yield ['maxSkew', 'must be 1 or more'];
  if (!isUnset(reaction) && !REACTIONS.has(reaction)) yield ['whenUnsatisfiable', `must be one of ${[...REACTIONS].join(', ')}`];
  if (numberOf(minDomains) < 1) yield ['minDomains', 'must be 1 or more'];
  else if (!isUnset(minDomains) && reaction === 'ScheduleAnyway') yield ['minDomains', 'must be left out where whenUnsatisfiable is ScheduleAnyway'];
}

const constraint = (maxSkew: number): string => `topologySpreadConstraints: [{ maxSkew: ${maxSkew}, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: web } } }]`;

/** A spread constraint is one that the API server takes. */
export const validSpread: Rule = {
  id: 'valid-spread',
  title: 'A spread constraint is one that the API server takes',
  why: 'The API server refuses the pod, and so the workload makes none; the schema does not say what the fields may hold.',
  good: exampleDeployment('', constraint(1)),
  bad: exampleDeployment('', constraint(0)),
  remedy: 'Set maxSkew to 1 or more, and whenUnsatisfiable to DoNotSchedule or ScheduleAnyway; minDomains goes with DoNotSchedule.',
  *check(store) {
    for (const pod of store.podTemplates()) {
      const { value, path } = podSetting(pod, 'topologySpreadConstraints');
      for (const [index, entry] of listOf(value).entries()) {
        for (const [field, message] of faultsOf(entry)) yield { object: pod.owner, path: `${path}[${index}].${field}`, received: valueAt(entry, field), message };
      }
    }
  },
};
