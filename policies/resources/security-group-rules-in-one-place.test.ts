import { exampleResource } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { securityGroupRulesInOnePlace as rule } from './security-group-rules-in-one-place';

itIsAResourceRule(rule);

const GROUP = 'aws:ec2/securityGroup:SecurityGroup';
const group = (inputs: string): string => exampleResource(GROUP, 'web', inputs);
const beside = (inputs: string): string => exampleResource('aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule', 'out', inputs, [`${GROUP}::web`]);
const egress = '{ egress: [{ protocol: "-1" }] }';
itTellsResourcesApart(rule, [
  ['rules in both places', group('{ egress: [] }') + beside('{ securityGroupId: "${web.id}" }'), group(egress) + beside('{ securityGroupId: "${web.id}" }'), 'egress'],
  ['rules of the same group', group(egress) + beside('{ securityGroupId: "${api.id}", referencedSecurityGroupId: "${web.id}" }'), group(egress) + beside('{ securityGroupId: "${web.id}" }'), 'egress'],
]);
