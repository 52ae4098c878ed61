import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { loadBalancerHeaders as rule } from './load-balancer-headers';

itIsAResourceRule(rule);

const example = exampleOf('aws:lb/loadBalancer:LoadBalancer');
itTellsResourcesApart(rule, [
  ['headers passed on', example('{ dropInvalidHeaderFields: true }'), example('{ dropInvalidHeaderFields: false }'), 'dropInvalidHeaderFields'],
  ['headers passed on by what reads them', example('{ loadBalancerType: network }'), example('{ loadBalancerType: application }'), 'dropInvalidHeaderFields'],
]);
