import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { clusterLogs as rule } from './cluster-logs';

itIsAResourceRule(rule);

const example = exampleOf('aws:eks/cluster:Cluster');
itTellsResourcesApart(rule, [
  ['none', example('{ enabledClusterLogTypes: [api, audit, authenticator] }'), example('{}'), 'enabledClusterLogTypes'],
  ['all but the audit log', example('{ enabledClusterLogTypes: [audit, authenticator, api] }'), example('{ enabledClusterLogTypes: [api, authenticator, scheduler] }'), 'enabledClusterLogTypes'],
]);
