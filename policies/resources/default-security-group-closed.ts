import { listOf } from '../narrow';
import { expectInput } from '../planned-resource';
import { exampleResource } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const [VPC, GROUP] = ['aws:ec2/vpc:Vpc', 'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup'] as const;
const vpc = exampleResource(VPC, 'vpc', '{ cidrBlock: 10.0.0.0/16 }');
const closed = (rules: string): string => vpc + exampleResource(GROUP, 'default', `{ vpcId: "\${vpc.id}", ${rules} }`, [`${VPC}::vpc`]);

/** What was put in no security group can talk to nobody. */
export const defaultSecurityGroupClosed: ResourceRule = {
  id: 'default-security-group-closed',
  title: 'The default security group of a network admits nothing',
  why: 'Whatever names no security group is in the default one, whose members may talk to each other and to the Internet.',
  good: closed('ingress: [], egress: []'),
  bad: closed('ingress: [{ protocol: "-1", self: true, fromPort: 0, toPort: 0 }]'),
  remedy: 'Add an aws.ec2.DefaultSecurityGroup of the VPC without rules.',
  *check(plan) {
    for (const resource of plan.ofType(VPC)) {
      const groups = plan.of(GROUP, resource, 'vpcId');
      if (groups.length === 0) yield { resource, path: '', received: undefined, message: 'must have its default security group closed' };
    }
    for (const resource of plan.ofType(GROUP)) {
      for (const field of ['ingress', 'egress']) yield* expectInput(resource, [field], (value) => listOf(value).length === 0, 'must have no rules');
    }
  },
};
