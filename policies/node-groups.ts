import { machineSizeOf } from './machine-size';
import { isFields, listOf, numberOf, textOf, valueAt, type Fields } from './narrow';
import { isDecidedLater, isFalse, readAt, type PlannedResource, type ResourceStore } from './planned-resource';
import type { Amounts } from './pod-requests';
import type { ObjectStore } from './store';

export const NODE_GROUP = 'aws:eks/nodeGroup:NodeGroup';
export const SUBNET = 'aws:ec2/subnet:Subnet';
const CLUSTER = 'aws:eks/cluster:Cluster';
/** Others that bring nodes to a cluster: how many they bring is not among their inputs. */
const OTHER_NODES = ['aws:eks/fargateProfile:FargateProfile', 'aws:autoscaling/group:Group'] as const;

/** What Karpenter, also the one within EKS, takes its nodes from. */
const NODE_POOL = /^kubernetes:(?:karpenter\.sh|eks\.amazonaws\.com)\/.*NodePool$/;
/** A chart of that name: in a repository, a registry or a folder, with or without its version. */
const KARPENTER_CHART = /(?:^|\/)karpenter(?:[-:][^/]*)?$/;

/** The nodes of one managed group, as far as a plan tells. */
export interface NodeGroup {
  readonly resource: PlannedResource;
  /** Infinity where it is not known. */
  readonly maxSize: number;
  /** What the largest of its nodes leaves for pods; infinite where it is not known. */
  readonly node: Amounts;
  /** Labels that the group gives its nodes; undefined where they are not known. */
  readonly labels: Fields | undefined;
  readonly taints: readonly unknown[];
  /** Undefined where they are not known. */
  readonly zones: ReadonlySet<string> | undefined;
}

const MIB_PER_GIB = 1_024;
/** Memory that the kubelet keeps for itself beside 11 MiB for each pod, and below which it evicts. */
const RESERVED_MIB = 255 + 100;
const UNKNOWN: Amounts = { cpuMillis: Number.POSITIVE_INFINITY, memoryMiB: Number.POSITIVE_INFINITY };

/** What the kubelet keeps of so many cores: 6 % of the first, 1 % of the second, 0.5 % of the next two, 0.25 % of the others. */
function reservedCpuMillis(cores: number): number {
  return 60 + Math.min(Math.max(cores - 1, 0), 1) * 10 + Math.min(Math.max(cores - 2, 0), 2) * 5 + Math.max(cores - 4, 0) * 2.5;
}

/**
 * What a node of a type leaves for pods: its cores and memory less what EKS's images reserve for the kubelet (awslabs/amazon-eks-ami,
 * nodeadm, kubelet defaults: the CPU as above, 255 MiB, 100 MiB for eviction). The 11 MiB for each pod that a node may have, and
 * what the kernel keeps, differ with settings that a plan does not show, and are left out: real nodes have a little less.
 */
export function allocatableOf(type: string): Amounts {
  const size = machineSizeOf(type);
  if (size === undefined) return UNKNOWN;
  return { cpuMillis: Math.floor(size.cores * 1_000 - reservedCpuMillis(size.cores)), memoryMiB: size.memoryGiB * MIB_PER_GIB - RESERVED_MIB };
}

function largestNode(types: unknown): Amounts {
  const names = listOf(types);
  // Without a list the launch template names the type, or EKS does.
  if (names.length === 0) return UNKNOWN;
  const nodes = names.map((name) => allocatableOf(textOf(name) ?? ''));
  return { cpuMillis: Math.max(...nodes.map(({ cpuMillis }) => cpuMillis)), memoryMiB: Math.max(...nodes.map(({ memoryMiB }) => memoryMiB)) };
}

/** The subnet that an element of `subnetIds` stands for: by the symbol of its identifier, `${private-a.id}`. */
function subnetOf(identifier: unknown, subnets: readonly PlannedResource[]): PlannedResource | undefined {
  const name = /^\$\{(.+)\.id\}$/.exec(textOf(identifier) ?? '')?.[1];
  return name === undefined ? undefined : subnets.find((subnet) => subnet.name === name);
}

function zonesOf({ inputs }: PlannedResource, subnets: readonly PlannedResource[]): ReadonlySet<string> | undefined {
  const identifiers = listOf(inputs['subnetIds']);
  const zones = identifiers.map((identifier) => subnetOf(identifier, subnets)?.inputs['availabilityZone']);
  const known = zones.filter((zone) => typeof zone === 'string' && !isDecidedLater(zone));
  return known.length === 0 || known.length < zones.length ? undefined : new Set(known.map(String));
}

function maxSizeOf({ inputs }: PlannedResource): number {
  const reading = readAt(inputs, ['scalingConfig', 'maxSize']);
  const size = reading.kind === 'later' ? Number.NaN : numberOf(reading.value);
  return Number.isFinite(size) ? size : Number.POSITIVE_INFINITY;
}

/** Whether nodes come from elsewhere as well: Fargate, groups of instances, EKS's auto mode, Karpenter. */
function hasOtherNodes(store: ObjectStore, plan: ResourceStore): boolean {
  return (
    plan.ofType(...OTHER_NODES).length > 0 ||
    plan.ofType(CLUSTER).some(({ inputs: { computeConfig } }) => computeConfig !== undefined && !isFalse(valueAt(computeConfig, 'enabled'))) ||
    plan.all.some(({ type, inputs }) => NODE_POOL.test(type) || (type.startsWith('kubernetes:helm.sh/') && KARPENTER_CHART.test(textOf(inputs['chart']) ?? ''))) ||
    store.ofKind('karpenter.sh/NodePool').length > 0
  );
}

/** The node groups of the cluster that the manifests go to; none where a plan does not tell all nodes, or of which cluster. */
export function nodeGroupsOf(store: ObjectStore, plan: ResourceStore): readonly NodeGroup[] {
  if (plan.ofType(CLUSTER).length > 1 || hasOtherNodes(store, plan)) return [];
  const subnets = plan.ofType(SUBNET);
  return plan.ofType(NODE_GROUP).map((resource): NodeGroup => {
    const { instanceTypes, labels, taints } = resource.inputs;
    return {
      resource, maxSize: maxSizeOf(resource), node: largestNode(instanceTypes), zones: zonesOf(resource, subnets),
      labels: labels === undefined ? {} : isFields(labels) ? labels : undefined, taints: listOf(taints),
    };
  });
}
