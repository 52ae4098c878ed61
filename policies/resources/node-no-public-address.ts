import { listOf } from '../narrow';
import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const example = exampleOf('aws:ec2/launchTemplate:LaunchTemplate');

/** Machines are not on the Internet. */
export const nodeNoPublicAddress: ResourceRule = {
  id: 'node-no-public-address',
  title: 'A machine has no public address',
  why: 'Everything that listens on it is one changed security group away from the Internet.',
  good: example('{ networkInterfaces: [{ associatePublicIpAddress: "false" }] }'),
  bad: example('{ networkInterfaces: [{ associatePublicIpAddress: "true" }] }'),
  remedy: 'Set associatePublicIpAddress to false; machines reach out through a NAT gateway.',
  *check(plan) {
    for (const resource of plan.ofType('aws:ec2/launchTemplate:LaunchTemplate')) {
      for (const index of listOf(resource.inputs['networkInterfaces']).keys()) yield* expectInput(resource, ['networkInterfaces', index, 'associatePublicIpAddress'], (value) => !isTrue(value), 'must be false');
    }
    for (const resource of plan.ofType('aws:ec2/instance:Instance')) yield* expectInput(resource, ['associatePublicIpAddress'], (value) => !isTrue(value), 'must be false');
  },
};
