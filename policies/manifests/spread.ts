import { exampleDeployment } from '../examples';
import { groupKindOf } from '../manifest';
import { numberOf, valueAt } from '../narrow';
import type { Rule } from '../policy';
import { autoscalersByTarget } from '../replicas';
import { isSpread } from '../spreading';

const KINDS = new Set(['apps/Deployment', 'apps/StatefulSet']);
const constraint = (app: string): string =>
  `topologySpreadConstraints: [{ maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: ${app} } } }]`;

/** The replicas of a workload are on several nodes. */
export const spread: Rule = {
  id: 'spread',
  title: 'Replicas are spread over nodes',
  why: 'The scheduler may put all replicas on one node, and its loss is theirs.',
  good: exampleDeployment('replicas: 3', constraint('web')),
  bad: exampleDeployment('replicas: 3'),
  remedy: 'Add topologySpreadConstraints over zones and hosts, with the selector of the workload as labelSelector.',
  *check(store) {
    const autoscalers = autoscalersByTarget(store);
    for (const pod of store.podTemplates()) {
      const { owner, path, spec } = pod;
      const replicas = numberOf(valueAt(owner.object, 'spec', 'replicas'));
      // One pod has nothing to keep apart from. Who states no number leaves it to somebody who will.
      if (!KINDS.has(groupKindOf(owner.object)) || (replicas < 2 && !autoscalers.has(owner)) || isSpread(pod)) continue;
      yield { object: owner, path: `${path}.topologySpreadConstraints`, received: spec['topologySpreadConstraints'], message: 'must keep the pods of this workload apart' };
    }
  },
};
