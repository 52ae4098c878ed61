import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const BALANCER = 'aws:lb/loadBalancer:LoadBalancer';
const example = exampleOf(BALANCER);

/** Requests to a load balancer can be read later. */
export const loadBalancerLogs: ResourceRule = {
  id: 'load-balancer-logs',
  title: 'An application load balancer logs requests',
  why: 'After an attack or an outage nobody knows who asked for what.',
  good: example('{ loadBalancerType: application, accessLogs: { bucket: logs, enabled: true } }'),
  bad: example('{ loadBalancerType: application, accessLogs: { bucket: logs, enabled: false } }'),
  remedy: 'Set accessLogs with a bucket, and enabled to true.',
  *check(plan) {
    for (const resource of plan.ofType(BALANCER)) {
      if (resource.inputs['loadBalancerType'] !== undefined && resource.inputs['loadBalancerType'] !== 'application') continue;
      yield* expectInput(resource, ['accessLogs', 'enabled'], isTrue, 'must be true');
    }
  },
};
