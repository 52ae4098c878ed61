import { exampleResource } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { defaultSecurityGroupClosed as rule } from './default-security-group-closed';

itIsAResourceRule(rule);

const vpc = exampleResource('aws:ec2/vpc:Vpc', 'vpc', '{}');
const group = (inputs: string): string => vpc + exampleResource('aws:ec2/defaultSecurityGroup:DefaultSecurityGroup', 'default', inputs, ['aws:ec2/vpc:Vpc::vpc']);
itTellsResourcesApart(rule, [
  ['a network whose default nobody closed', group('{}'), vpc, ''],
  ['a way in', group('{ ingress: [] }'), group('{ ingress: [{ self: true }] }'), 'ingress'],
  ['a way out', group('{ egress: "${other.rules}" }'), group('{ egress: [{ cidrBlocks: [0.0.0.0/0] }] }'), 'egress'],
]);
