import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const BALANCER = 'aws:lb/loadBalancer:LoadBalancer';
const example = exampleOf(BALANCER);

/** A load balancer passes on no header that two servers read differently. */
export const loadBalancerHeaders: ResourceRule = {
  id: 'load-balancer-headers',
  title: 'An application load balancer drops malformed headers',
  why: 'A header that the load balancer and the server behind it read differently smuggles a request past it.',
  good: example('{ loadBalancerType: application, dropInvalidHeaderFields: true }'),
  bad: example('{ loadBalancerType: application }'),
  remedy: 'Set dropInvalidHeaderFields to true.',
  *check(plan) {
    for (const resource of plan.ofType(BALANCER)) {
      if (resource.inputs['loadBalancerType'] !== undefined && resource.inputs['loadBalancerType'] !== 'application') continue;
      yield* expectInput(resource, ['dropInvalidHeaderFields'], isTrue, 'must be true; the default is false');
    }
  },
};
