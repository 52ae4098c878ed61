import type { AcrossRule } from '../across-rule';
import type { Report } from '../finding';
import { exampleDeployment } from '../examples';
import { atLeastZero, fleetsOf, type Fleet } from '../fleet';
import { listOf, numberOf, textOf, valueAt } from '../narrow';
import { admits, ZONE_LABELS } from '../node-admission';
import { NODE_GROUP, nodeGroupsOf, SUBNET, type NodeGroup } from '../node-groups';
import { exampleResource } from '../resource-examples';
import { selectsItself } from '../spreading';

const isAboutZones = (term: unknown): boolean => ZONE_LABELS.includes(textOf(valueAt(term, 'topologyKey')) ?? '');

/** The zones in which a pod may run; undefined where they are not known. */
export function zonesFor({ pod }: Fleet, groups: readonly NodeGroup[]): ReadonlySet<string> | undefined {
  const admitting = groups.filter((group) => group.maxSize > 0 && admits(group, pod));
  const zones = admitting.map((group) => group.zones);
  if (zones.length === 0 || zones.includes(undefined)) return undefined;
  return new Set(zones.flatMap((known) => [...(known ?? [])]));
}

/** Below minDomains the scheduler takes the emptiest zone for one without pods: each zone gets maxSkew pods, and no more. */
function* unmetMinimums({ pod, most }: Fleet, zones: number): Iterable<Report> {
  for (const [index, constraint] of listOf(pod.spec['topologySpreadConstraints']).entries()) {
    const minDomains = atLeastZero(numberOf(valueAt(constraint, 'minDomains') ?? 0));
    if (!isAboutZones(constraint) || valueAt(constraint, 'whenUnsatisfiable') !== 'DoNotSchedule' || !selectsItself(pod, valueAt(constraint, 'labelSelector')) || minDomains <= zones) continue;
    const room = zones * atLeastZero(numberOf(valueAt(constraint, 'maxSkew') ?? 1));
    if (most > room) yield { object: pod.owner, path: `${pod.path}.topologySpreadConstraints[${index}].minDomains`, received: minDomains, message: `the nodes are in ${zones} zones, so that ${room} of at most ${most} pods are scheduled` };
  }
}

/** Pods that must not share a zone with their like. */
function* tooManyForZones({ pod, most }: Fleet, zones: number): Iterable<Report> {
  for (const [index, term] of listOf(valueAt(pod.spec, 'affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution')).entries()) {
    if (!isAboutZones(term) || valueAt(term, 'namespaces') !== undefined || !selectsItself(pod, valueAt(term, 'labelSelector')) || most <= zones) continue;
    yield { object: pod.owner, path: `${pod.path}.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[${index}].topologyKey`, received: valueAt(term, 'topologyKey'), message: `one pod a zone: the nodes are in ${zones} zones, and there are up to ${most} pods` };
  }
}

const spread = (minDomains: number): string => exampleDeployment('replicas: 6', `topologySpreadConstraints: [{ maxSkew: 1, minDomains: ${minDomains}, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }]`);
const nodes = `---\n${['a', 'b'].map((zone) => exampleResource(SUBNET, zone, `{ availabilityZone: us-east-1${zone} }`)).join('')}${exampleResource(NODE_GROUP, 'nodes', '{ subnetIds: ["${a.id}", "${b.id}"], instanceTypes: [m6i.xlarge], scalingConfig: { maxSize: 9 } }')}`;

/** What a workload demands of zones can be had in the zones of the nodes that it may run on. */
export const zoneSpreadCanHold: AcrossRule = {
  id: 'zone-spread-can-hold',
  title: 'What must be spread over zones has zones enough',
  why: 'The scheduler keeps to a constraint that it must not break: pods for which there is no further zone stay pending, however many nodes there are.',
  good: spread(2) + nodes,
  bad: spread(3) + nodes,
  remedy: 'Give the node group subnets in more zones, ask for no more than there are, or prefer (ScheduleAnyway) instead of require.',
  *check(store, plan) {
    const groups = nodeGroupsOf(store, plan);
    if (groups.length === 0) return;
    for (const fleet of fleetsOf(store)) {
      const zones = zonesFor(fleet, groups);
      if (!zones) continue;
      yield* unmetMinimums(fleet, zones.size);
      yield* tooManyForZones(fleet, zones.size);
    }
  },
};
