import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { clusterDeletionProtection as rule } from './cluster-deletion-protection';

itIsAResourceRule(rule, 'warning');

const example = exampleOf('aws:eks/cluster:Cluster');
itTellsResourcesApart(rule, [
  ['no protection', example('{ deletionProtection: true }'), example('{ deletionProtection: false }'), 'deletionProtection'],
  ['protection that nothing is said of', example('{ deletionProtection: "true" }'), example('{}'), 'deletionProtection'],
]);
