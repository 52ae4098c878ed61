import { type InstanceType, instanceTypes } from '../platform/aws-capabilities';
import type { NewClusterSpec } from '../platform/cloud-spec';
import { MAX_SURGE_PERCENT } from '../platform/connections';
import type { ResolvedPlatform } from '../platform/environments';
import { type ResourcesSpec, type ServiceSpec, tiersOf } from '../platform/spec';

/** Nodes of a group: what the autoscaler may go down and up to, and what average load needs. */
export interface NodeGroupPlan {
  readonly minSize: number;
  readonly averageSize: number;
  readonly maxSize: number;
}

export interface NodePlan {
  readonly onDemand: NodeGroupPlan;
  readonly spot: NodeGroupPlan;
}

/** Pods of one kind. Counts: at every floor, at the catalog's average load, at every ceiling with what a rolling update adds. */
interface PodDemand {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
  readonly floor: number;
  readonly average: number;
  readonly ceiling: number;
}

/** An injected sidecar's requests (charts/constructs/pod.ts). */
const SIDECAR = { cpuMillis: 100, memoryMiB: 128 };
/** What runs on each node: network, storage, proxy, identity agent, mesh, metrics of the node. */
const PER_NODE = { cpuMillis: 350, memoryMiB: 512, pods: 8 };
/** istiod, Prometheus and the other add-ons: as much as these pods, always on demand. */
const ADD_ONS: PodDemand = { cpuMillis: 500, memoryMiB: 1_024, floor: 12, average: 12, ceiling: 16 };

function meshed({ requests }: ResourcesSpec): { cpuMillis: number; memoryMiB: number } {
  return { cpuMillis: requests.cpuMillis + SIDECAR.cpuMillis, memoryMiB: requests.memoryMiB + SIDECAR.memoryMiB };
}

const surged = (pods: number): number => pods + Math.ceil((pods * MAX_SURGE_PERCENT) / 100);

function serviceDemand(service: ServiceSpec): PodDemand {
  const tiers = tiersOf(service).map(({ scaling }) => scaling);
  const [first] = tiers;
  const perPod = first?.requestsPerSecondPerPod ?? 1;
  const sum = (of: (scaling: (typeof tiers)[number]) => number): number => tiers.reduce((total, scaling) => total + of(scaling), 0);
  const floor = sum(({ minReplicas }) => minReplicas);
  const ceiling = sum(({ maxReplicas }) => surged(maxReplicas));
  return { ...meshed(service.resources), floor, ceiling, average: Math.min(Math.max(floor, Math.ceil(service.load.averagePerSecond / perPod)), ceiling) };
}

function gatewayDemand({ gateway }: ResolvedPlatform): PodDemand {
  const { minReplicas, maxReplicas } = gateway.scaling;
  return { ...meshed(gateway.resources), floor: minReplicas, average: minReplicas, ceiling: surged(maxReplicas) };
}

/** @throws Error for an unknown type; definePlatform reports that earlier, as an issue of the catalog */
function typeOf(name: string | undefined): InstanceType {
  const type = name === undefined ? undefined : instanceTypes[name];
  if (type === undefined) throw new Error(`instance type ${name ?? 'without a name'} is not known`);
  return type;
}

/** Nodes that pods of one kind fill. */
export function podsPerNode({ allocatable }: InstanceType, pod: { readonly cpuMillis: number; readonly memoryMiB: number }): number {
  return Math.min(
    Math.floor((allocatable.cpuMillis - PER_NODE.cpuMillis) / pod.cpuMillis),
    Math.floor((allocatable.memoryMiB - PER_NODE.memoryMiB) / pod.memoryMiB),
    allocatable.pods - PER_NODE.pods,
  );
}

function nodesFor(type: InstanceType, demands: readonly PodDemand[], at: 'floor' | 'average' | 'ceiling'): number {
  return Math.ceil(demands.reduce((nodes, demand) => nodes + demand[at] / Math.max(1, podsPerNode(type, demand)), 0));
}

function planGroup(type: InstanceType, demands: readonly PodDemand[], smallest: number): NodeGroupPlan {
  const minSize = Math.max(smallest, nodesFor(type, demands, 'floor'));
  const averageSize = Math.max(minSize, nodesFor(type, demands, 'average'));
  return { minSize, averageSize, maxSize: Math.max(averageSize, nodesFor(type, demands, 'ceiling')) };
}

/**
 * Sizes of the node groups: critical services, the gateway and add-ons on demand, one node a zone at least; flexible services on
 * spot. When spot runs out, the floor of flexible services fits on demand as well.
 */
export function planNodes(platform: ResolvedPlatform, cluster: Pick<NewClusterSpec, 'onDemand' | 'spot'>, zones: number): NodePlan {
  const demandOf = (criticality: ServiceSpec['criticality']): PodDemand[] => platform.services.filter((service) => service.criticality === criticality).map(serviceDemand);
  const flexible = demandOf('flexible');
  const refuge = flexible.map((demand) => ({ ...demand, floor: 0, average: 0, ceiling: demand.floor }));
  return {
    onDemand: planGroup(typeOf(cluster.onDemand.instanceTypes[0]), [ADD_ONS, gatewayDemand(platform), ...demandOf('critical'), ...refuge], zones),
    spot: planGroup(typeOf(cluster.spot.instanceTypes[0]), flexible, 0),
  };
}
