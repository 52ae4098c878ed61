import { exampleResource } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { noOpenIngress as rule } from './no-open-ingress';

itIsAResourceRule(rule);

const GROUP = 'aws:ec2/securityGroup:SecurityGroup';
const inline = (fields: string): string => exampleResource(GROUP, 'web', `{ ingress: [{ self: true }, { ${fields} }] }`);
const door = (port: number, internal: boolean): string => [
  exampleResource(GROUP, 'gateway', '{}'),
  exampleResource('aws:lb/loadBalancer:LoadBalancer', 'gateway', `{ internal: ${internal} }`, [`${GROUP}::gateway`]),
  exampleResource('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', 'gateway', `{ ipProtocol: tcp, fromPort: ${port}, toPort: ${port}, cidrIpv4: 0.0.0.0/0 }`, [`${GROUP}::gateway`]),
].join('');
const older = (type: string): string => exampleResource('aws:ec2/securityGroupRule:SecurityGroupRule', 'web', `{ type: ${type}, protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: [0.0.0.0/0] }`);
itTellsResourcesApart(rule, [
  ['an inline rule', inline('protocol: tcp, fromPort: 22, toPort: 22, cidrBlocks: [10.0.0.0/8]'), inline('protocol: tcp, fromPort: 22, toPort: 22, cidrBlocks: [10.0.0.0/8, 0.0.0.0/0]'), 'ingress[1]'],
  ['every address of IPv6', inline('protocol: tcp, fromPort: 6379, toPort: 6379, ipv6CidrBlocks: ["${vpc.ipv6}"]'), inline('protocol: tcp, fromPort: 6379, toPort: 6379, ipv6CidrBlocks: ["::/0"]'), 'ingress[1]'],
  ['a way in, not out', older('egress'), older('ingress'), ''],
  ['another port of a load balancer', door(80, false), door(22, false), ''],
  ['a load balancer that is not for the Internet', door(443, false), door(443, true), ''],
]);
