import { listOf } from '../narrow';
import { exampleResource } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';
import { INGRESS_RULES, SECURITY_GROUP } from '../security-group-rules';

const RULES = [...INGRESS_RULES, 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule'];
const rule = exampleResource(INGRESS_RULES[0], 'web', '{ securityGroupId: "${web.id}", cidrIpv4: 10.0.0.0/8 }', [`${SECURITY_GROUP}::web`]);

/** A security group has its rules inside, or beside it. */
export const securityGroupRulesInOnePlace: ResourceRule = {
  id: 'security-group-rules-in-one-place',
  title: 'The rules of a security group are all inline, or all resources of their own',
  why: 'Every update undoes the rules that the other kind has made.',
  good: exampleResource(SECURITY_GROUP, 'web', '{ description: Web }') + rule,
  bad: exampleResource(SECURITY_GROUP, 'web', '{ ingress: [{ protocol: tcp, fromPort: 80, toPort: 80, cidrBlocks: [10.0.0.0/8] }] }') + rule,
  remedy: 'Move the inline rules to resources of their own.',
  *check(plan) {
    for (const resource of plan.ofType(SECURITY_GROUP)) {
      const inline = ['ingress', 'egress'].find((field) => listOf(resource.inputs[field]).length > 0);
      // A rule that admits members of this group belongs to another, and cannot be told apart by dependencies alone.
      const isMixed = RULES.some((type) => plan.of(type, resource, 'securityGroupId').some(({ inputs }) => inputs['securityGroupId'] === `\${${resource.name}.id}`));
      if (inline !== undefined && isMixed) yield { resource, path: inline, received: resource.inputs[inline], message: 'must be empty, or hold every rule: others have resources of their own' };
    }
  },
};
