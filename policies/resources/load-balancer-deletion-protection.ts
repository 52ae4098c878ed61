import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const BALANCER = 'aws:lb/loadBalancer:LoadBalancer';
const example = exampleOf(BALANCER);

/** Nobody deletes a load balancer by mistake. */
export const loadBalancerDeletionProtection: ResourceRule = {
  id: 'load-balancer-deletion-protection',
  title: 'A load balancer cannot be deleted by one call',
  why: 'With it goes its address, and everything behind it is out of reach.',
  good: example('{ enableDeletionProtection: true }'),
  bad: example('{ enableDeletionProtection: false }'),
  remedy: 'Set enableDeletionProtection to true.',
  *check(plan) {
    for (const resource of plan.ofType(BALANCER)) {
      yield* expectInput(resource, ['enableDeletionProtection'], isTrue, 'must be true');
    }
  },
};
