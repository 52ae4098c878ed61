import type { AcrossRule } from '../across-rule';
import { exampleDeployment } from '../examples';
import { fleetsOf, type Fleet } from '../fleet';
import { admits } from '../node-admission';
import { NODE_GROUP, nodeGroupsOf, type NodeGroup } from '../node-groups';
import type { Report } from '../finding';
import type { ResourceReport } from '../planned-resource';
import { podTemplateOf } from '../pod-template';
import { requestsOf, sum, type Amounts } from '../pod-requests';
import { exampleAutoscaler } from '../relation-examples';
import { exampleResource } from '../resource-examples';
import type { ObjectStore } from '../store';

const NOTHING: Amounts = { cpuMillis: 0, memoryMiB: 0 };
/** Kinds of pods beyond these are judged alone and all together: every union of so many is 64. */
const MAX_KINDS = 6;

/** A group and what the DaemonSets leave of each of its nodes. */
interface Room extends NodeGroup {
  readonly free: Amounts;
}

/** Pods of one workload, each with what it requests, and where they may run. */
interface Need extends Fleet {
  readonly each: Amounts;
  readonly rooms: readonly Room[];
}

/** Of DaemonSets those that go on every node: which nodes others choose may not be known. */
function daemonsOn(store: ObjectStore, group: NodeGroup): Amounts {
  return store.ofKind('apps/DaemonSet').map(podTemplateOf).filter((pod) => pod !== undefined)
    .filter((pod) => pod.spec['nodeSelector'] === undefined && pod.spec['affinity'] === undefined && admits(group, pod))
    .reduce((total, pod) => sum(total, requestsOf(pod)), NOTHING);
}

function needsOf(store: ObjectStore, groups: readonly NodeGroup[]): readonly Need[] {
  const rooms = groups.map((group): Room => {
    const daemons = daemonsOn(store, group);
    return { ...group, free: { cpuMillis: group.node.cpuMillis - daemons.cpuMillis, memoryMiB: group.node.memoryMiB - daemons.memoryMiB } };
  });
  return fleetsOf(store).map((fleet) => ({ ...fleet, each: requestsOf(fleet.pod), rooms: rooms.filter((room) => admits(room, fleet.pod)) }));
}

/** How often `amount` goes into `room`. */
function times(room: number, amount: number): number {
  return amount === 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor(room / amount));
}

/** What so many nodes have together; nothing on none of them, even where one has no end. */
function onAll(nodes: number, onNode: number): number {
  return nodes === 0 || onNode <= 0 ? 0 : nodes * onNode;
}

/** How many pods of a workload the nodes hold when they hold nothing else; whole pods, node by node. */
function podsThatFit({ each, rooms }: Need): number {
  return rooms.reduce((total, { maxSize, free }) => total + onAll(maxSize, Math.min(times(free.cpuMillis, each.cpuMillis), times(free.memoryMiB, each.memoryMiB))), 0);
}

const namesOf = (rooms: readonly Room[]): string => rooms.map(({ resource }) => resource.name).join(' and ');
const largestOf = (rooms: readonly Room[]): string => (rooms.length === 1 ? `node group ${namesOf(rooms)} at its largest holds` : `node groups ${namesOf(rooms)} at their largest hold`);

function* workloadsThatDoNotFit(needs: readonly Need[]): Iterable<Report> {
  for (const need of needs) {
    const fit = podsThatFit(need);
    if (need.most <= fit) continue;
    const { each: { cpuMillis, memoryMiB }, rooms, object, path, value, most } = need;
    const where = rooms.length === 0 ? 'labels and taints keep it off every node group' : `with ${cpuMillis}m CPU and ${Math.ceil(memoryMiB)}Mi memory each, ${largestOf(rooms)} ${fit} of these pods, and nothing else then`;
    yield { object, path, received: value ?? most, message: `${most} pods at most: ${where}` };
  }
}

/** Sets of groups onto which all pods of some kinds must go, the smallest first. */
function unionsOf(needs: readonly Need[]): readonly ReadonlySet<Room>[] {
  const kinds = [...new Map(needs.filter(({ rooms }) => rooms.length > 0).map(({ rooms }) => [namesOf(rooms), new Set(rooms)])).values()];
  if (kinds.length > MAX_KINDS) return [...kinds, new Set(kinds.flatMap((kind) => [...kind]))];
  const unions = new Map<string, ReadonlySet<Room>>();
  for (let chosen = 1; chosen < 2 ** kinds.length; chosen++) {
    const union = new Set(kinds.filter((_, index) => (chosen >> index) % 2 === 1).flatMap((kind) => [...kind]));
    unions.set(namesOf([...union].sort((a, b) => (a.resource.name < b.resource.name ? -1 : 1))), union);
  }
  return [...unions.values()].sort((a, b) => a.size - b.size);
}

/** What all pods that can go nowhere else request together, against what the groups have. */
function* groupsThatAreTooSmall(needs: readonly Need[]): Iterable<ResourceReport> {
  for (const union of unionsOf(needs)) {
    const inside = needs.filter(({ rooms }) => rooms.length > 0 && rooms.every((room) => union.has(room)));
    for (const [field, unit] of [['cpuMillis', 'm CPU'], ['memoryMiB', 'Mi memory']] as const) {
      const requested = inside.reduce((total, { most, each }) => total + most * each[field], 0);
      const held = [...union].reduce((total, { maxSize, free }) => total + onAll(maxSize, free[field]), 0);
      const [largest] = [...union].sort((a, b) => b.maxSize - a.maxSize);
      if (requested <= held || largest === undefined) continue;
      yield {
        resource: largest.resource, path: 'scalingConfig.maxSize', received: largest.maxSize,
        message: `the pods of ${inside.length} workloads at their maxima request ${Math.ceil(requested)}${unit}; ${largestOf([...union])} ${Math.floor(held)}${unit}`,
      };
      // One is enough: larger sets count the same pods again.
      return;
    }
  }
}

const web = exampleDeployment('').replace('ports:', 'resources: { requests: { cpu: 500m, memory: 512Mi } }, ports:') + exampleAutoscaler('minReplicas: 3\n  maxReplicas: 30');
const group = (maxSize: number): string => `---\n${exampleResource(NODE_GROUP, 'nodes', `{ instanceTypes: [m6i.xlarge], scalingConfig: { minSize: 3, maxSize: ${maxSize} } }`)}`;

/**
 * What autoscalers may ask for at most fits on the nodes that there may be at most. Necessary, not sufficient: each workload is
 * put on empty nodes, whole pods at a time, and all that must share the same groups are summed up, without regard to how they pack.
 * Counted: maxima, or replicas, times what a pod requests (injected sidecar and overhead included), against maxSize times what the
 * largest of a group's types leaves for pods, less the DaemonSets among the manifests. Not counted: Jobs, what a rolling update
 * adds, and what other charts bring.
 */
export const podsFitNodes: AcrossRule = {
  id: 'pods-fit-nodes',
  title: 'The node groups hold what the autoscalers may ask for',
  why: 'Pods beyond that stay pending: the maximum of the autoscaler is a promise that nothing keeps when the load comes.',
  good: web + group(5),
  bad: web + group(4),
  remedy: 'Raise maxSize of the node group, or take larger instances; else lower maxReplicas or the requests, and let the pods tolerate the taints of their group.',
  *check(store, plan) {
    const groups = nodeGroupsOf(store, plan);
    if (groups.length === 0) return;
    const needs = needsOf(store, groups);
    const reports = [...workloadsThatDoNotFit(needs)];
    yield* reports.length > 0 ? reports : groupsThatAreTooSmall(needs);
  },
};
