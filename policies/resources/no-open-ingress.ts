import { formatFieldPath } from '../field-path';
import { isTrue, type PlannedResource, type ResourceStore } from '../planned-resource';
import { exampleResource } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';
import { INGRESS_RULES, ingressRules } from '../security-group-rules';

const ANYWHERE = new Set(['0.0.0.0/0', '::/0']);
const WEB_PORTS = new Set([80, 443]);
const BALANCERS = ['aws:lb/loadBalancer:LoadBalancer', 'aws:alb/loadBalancer:LoadBalancer'] as const;
const example = (source: string): string => exampleResource(INGRESS_RULES[0], 'database', `{ securityGroupId: "\${database.id}", ipProtocol: tcp, fromPort: 5432, toPort: 5432, ${source} }`);

/** The security group of a load balancer that the Internet is to reach. */
function isPublicDoor(plan: ResourceStore, groups: readonly PlannedResource[]): boolean {
  return plan.ofType(...BALANCERS).some((balancer) => !isTrue(balancer.inputs['internal']) && groups.some(({ urn }) => balancer.dependencies.includes(urn)));
}

/** Only a load balancer is open to the Internet. */
export const noOpenIngress: ResourceRule = {
  id: 'no-open-ingress',
  title: 'Nothing but a public load balancer is open to the Internet, and that on 80 and 443',
  why: 'Whatever listens behind the group is tried by everybody, day and night.',
  good: example('referencedSecurityGroupId: "${cluster.id}"'),
  bad: example('cidrIpv4: 0.0.0.0/0'),
  remedy: 'Name the security group, the prefix list or the addresses that it is for.',
  *check(plan) {
    for (const { resource, path, addresses, ports: [from, to], groups } of ingressRules(plan)) {
      const open = addresses.find((address) => ANYWHERE.has(address));
      if (open === undefined || (from === to && WEB_PORTS.has(from) && isPublicDoor(plan, groups))) continue;
      const ports = from === to ? `port ${from}` : `ports ${from} to ${to}`;
      yield { resource, path: formatFieldPath(path), received: open, message: `${ports}: must not be open to every address` };
    }
  },
};
