import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const SUBNET = 'aws:ec2/subnet:Subnet';
const example = exampleOf(SUBNET);

/** What starts in a subnet is not on the Internet. */
export const subnetNoPublicAddress: ResourceRule = {
  id: 'subnet-no-public-address',
  title: 'A subnet hands out no public addresses',
  why: 'Whatever is started there is on the Internet, whether somebody meant it or not.',
  good: example('{ mapPublicIpOnLaunch: false }'),
  bad: example('{ mapPublicIpOnLaunch: true }'),
  remedy: 'Set mapPublicIpOnLaunch to false; load balancers and gateways get addresses without it.',
  *check(plan) {
    for (const resource of plan.ofType(SUBNET)) {
      yield* expectInput(resource, ['mapPublicIpOnLaunch'], (value) => !isTrue(value), 'must be false');
    }
  },
};
