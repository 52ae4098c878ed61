import type { Segments } from './field-path';
import { isFields, listOf, numberOf } from './narrow';
import type { PlannedResource, ResourceStore } from './planned-resource';

/** One way into a security group, however it is written. */
export interface IngressRule {
  /** What holds the rule: the group, or a resource of the rule's own. */
  readonly resource: PlannedResource;
  readonly path: Segments;
  /** Address ranges; groups and prefix lists are none. */
  readonly addresses: readonly string[];
  /** From and to, both included; every port where the protocol is -1. */
  readonly ports: readonly [number, number];
  /** The group, where the plan tells which one it is. */
  readonly groups: readonly PlannedResource[];
}

export const SECURITY_GROUP = 'aws:ec2/securityGroup:SecurityGroup';
/** Rules with a resource of their own. */
export const INGRESS_RULES = ['aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', 'aws:ec2/securityGroupRule:SecurityGroupRule'] as const;
const ALL_PORTS = [0, 65_535] as const;

function portsOf(rule: Readonly<Record<string, unknown>>): readonly [number, number] {
  const protocol = String(rule['protocol'] ?? rule['ipProtocol']);
  const [from, to] = [numberOf(rule['fromPort']), numberOf(rule['toPort'])];
  return protocol === '-1' || protocol === 'all' || Number.isNaN(from) || Number.isNaN(to) ? ALL_PORTS : [from, to];
}

function addressesOf(rule: Readonly<Record<string, unknown>>): readonly string[] {
  return [rule['cidrIpv4'], rule['cidrIpv6'], ...listOf(rule['cidrBlocks']), ...listOf(rule['ipv6CidrBlocks'])].filter((address) => typeof address === 'string');
}

/** Every way into the security groups of a plan. */
export function* ingressRules(plan: ResourceStore): Iterable<IngressRule> {
  for (const resource of plan.ofType(SECURITY_GROUP)) {
    for (const [index, rule] of listOf(resource.inputs['ingress']).entries()) {
      if (isFields(rule)) yield { resource, path: ['ingress', index], addresses: addressesOf(rule), ports: portsOf(rule), groups: [resource] };
    }
  }
  for (const resource of plan.ofType(...INGRESS_RULES)) {
    if (resource.inputs['type'] === 'egress') continue;
    yield { resource, path: [], addresses: addressesOf(resource.inputs), ports: portsOf(resource.inputs), groups: plan.behind(resource, SECURITY_GROUP) };
  }
}
