import { blockAt, overlaps, rangeOf } from '../platform/address-blocks';

/** The subnets of one zone. */
export interface ZoneSubnets {
  readonly zone: string;
  /** NAT gateways alone. */
  readonly public: string;
  readonly loadBalancer: string;
  /** Nodes and pods. */
  readonly private: string;
  /** No way out. */
  readonly database: string;
}

export interface SubnetPlanProps {
  readonly vpc: string;
  readonly zones: readonly string[];
  /** At least one block a zone, from the catalog. */
  readonly loadBalancers: readonly string[];
  readonly databases: readonly string[];
}

/** Thrown when the catalog's blocks leave too little of the VPC. */
export class SubnetPlanError extends Error {
  override readonly name = 'SubnetPlanError';
  constructor(vpc: string, zones: number) {
    super(`network.vpc: received ${JSON.stringify(vpc)}, allowed is a block with room for ${zones} private and ${zones} public subnets beside those of the catalog. Take a larger block, or smaller ones for load balancers and databases.`);
  }
}

/** AWS takes subnets of /16 to /28. */
const LARGEST_BITS = 16;
const SMALLEST_BITS = 28;
/** 11 addresses: a NAT gateway takes one. */
const PUBLIC_BITS = 28;

/** The first `count` free blocks of a size, in address order. */
function freeBlocks(vpc: string, taken: readonly string[], bits: number, count: number): readonly string[] {
  const { first, last } = rangeOf(vpc);
  const ranges = taken.map(rangeOf);
  const size = 2 ** (32 - bits);
  const found: string[] = [];
  for (let start = first; start + size - 1 <= last && found.length < count; start += size) {
    const candidate = { first: start, last: start + size - 1 };
    if (!ranges.some((range) => overlaps(range, candidate))) found.push(blockAt(start, bits));
  }
  return found;
}

/** As many equal free blocks as there are zones, as large as can be. */
function largestBlocks(vpc: string, taken: readonly string[], count: number): readonly string[] | undefined {
  const vpcBits = Number(vpc.split('/')[1]);
  for (let bits = Math.max(vpcBits, LARGEST_BITS); bits <= SMALLEST_BITS; bits++) {
    const blocks = freeBlocks(vpc, taken, bits, count);
    if (blocks.length === count) return blocks;
  }
  return undefined;
}

/**
 * Gives each zone its subnets: load balancers and databases where the catalog says, since NetworkPolicies and nginx name these
 * blocks; the smallest public ones; and what is left, in equal parts as large as can be, to nodes and pods.
 *
 * @throws SubnetPlanError
 */
export function planSubnets({ vpc, zones, loadBalancers, databases }: SubnetPlanProps): readonly ZoneSubnets[] {
  const given = [...loadBalancers, ...databases];
  const publicBlocks = freeBlocks(vpc, given, PUBLIC_BITS, zones.length);
  const privateBlocks = largestBlocks(vpc, [...given, ...publicBlocks], zones.length);
  return zones.map((zone, index) => {
    const [publicBlock, loadBalancer, privateBlock, database] = [publicBlocks[index], loadBalancers[index], privateBlocks?.[index], databases[index]];
    if (publicBlock === undefined || loadBalancer === undefined || privateBlock === undefined || database === undefined) throw new SubnetPlanError(vpc, zones.length);
    return { zone, public: publicBlock, loadBalancer, private: privateBlock, database };
  });
}

/** Which zone's NAT gateway a zone's private subnet goes out by. */
export function natZones(zones: readonly string[], natGateways: 'one' | 'per-zone'): ReadonlyMap<string, string> {
  const [first] = zones;
  if (first === undefined) return new Map();
  return new Map(zones.map((zone) => [zone, natGateways === 'one' ? first : zone]));
}
