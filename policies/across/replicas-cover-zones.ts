import type { AcrossRule } from '../across-rule';
import { exampleDeployment } from '../examples';
import { fleetsOf } from '../fleet';
import { listOf, textOf, valueAt } from '../narrow';
import { ZONE_LABELS } from '../node-admission';
import { NODE_GROUP, nodeGroupsOf, SUBNET } from '../node-groups';
import type { PodTemplate } from '../pod-template';
import { autoscalersByTarget, replicaFloor } from '../replicas';
import { exampleResource } from '../resource-examples';
import { selectsItself } from '../spreading';
import { zonesFor } from './zone-spread-can-hold';

/** Whether a pod is to be spread over zones, by demand or by preference. */
function isZonal(pod: PodTemplate): boolean {
  return listOf(pod.spec['topologySpreadConstraints']).some((constraint) => ZONE_LABELS.includes(textOf(valueAt(constraint, 'topologyKey')) ?? '') && selectsItself(pod, valueAt(constraint, 'labelSelector')));
}

const spread = (replicas: number): string => exampleDeployment(`replicas: ${replicas}`, 'topologySpreadConstraints: [{ maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: web } } }]');
const nodes = `---\n${['a', 'b', 'c'].map((zone) => exampleResource(SUBNET, zone, `{ availabilityZone: us-east-1${zone} }`)).join('')}${exampleResource(NODE_GROUP, 'nodes', '{ subnetIds: ["${a.id}", "${b.id}", "${c.id}"], instanceTypes: [m6i.xlarge], scalingConfig: { maxSize: 9 } }')}`;

/** What is spread over zones has a pod in each of them, at its fewest. */
export const replicasCoverZones: AcrossRule = {
  id: 'replicas-cover-zones',
  title: 'What is spread over zones has a pod in each of them',
  why: 'With fewer pods than zones some zone has none: its requests cross to another, and where all but one zone is lost there may be nothing left.',
  good: spread(3) + nodes,
  bad: spread(2) + nodes,
  remedy: 'Set replicas, or the minReplicas of the autoscaler, to the number of zones or more.',
  *check(store, plan) {
    const groups = nodeGroupsOf(store, plan);
    if (groups.length === 0) return;
    const autoscalers = autoscalersByTarget(store);
    for (const fleet of fleetsOf(store)) {
      const { owner } = fleet.pod;
      const zones = isZonal(fleet.pod) ? zonesFor(fleet, groups) : undefined;
      const { object, path, value, least } = replicaFloor(owner, autoscalers.get(owner));
      // None at all is switched off; a Pod is one and no more.
      if (zones && fleet.path !== '' && least > 0 && least < zones.size) yield { object, path, received: value, message: `must be ${zones.size} or more for a pod in each of ${[...zones].join(', ')}` };
    }
  },
};
