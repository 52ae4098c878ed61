import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { loadBalancerDeletionProtection as rule } from './load-balancer-deletion-protection';

itIsAResourceRule(rule, 'warning');

const example = exampleOf('aws:lb/loadBalancer:LoadBalancer');
itTellsResourcesApart(rule, [
  ['no protection', example('{ enableDeletionProtection: true }'), example('{ enableDeletionProtection: false }'), 'enableDeletionProtection'],
  ['protection that nothing is said of', example('{ enableDeletionProtection: "true" }'), example('{}'), 'enableDeletionProtection'],
]);
