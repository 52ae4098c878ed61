import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { loadBalancerLogs as rule } from './load-balancer-logs';

itIsAResourceRule(rule);

const example = exampleOf('aws:lb/loadBalancer:LoadBalancer');
itTellsResourcesApart(rule, [
  ['no logs', example('{ accessLogs: { bucket: logs, enabled: true } }'), example('{ accessLogs: { bucket: logs } }'), 'accessLogs.enabled'],
  ['no logs of what has any', example('{ loadBalancerType: network }'), example('{ loadBalancerType: application }'), 'accessLogs.enabled'],
]);
