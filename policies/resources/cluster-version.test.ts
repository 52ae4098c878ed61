import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { clusterVersion as rule } from './cluster-version';

itIsAResourceRule(rule);

const example = exampleOf('aws:eks/cluster:Cluster');
itTellsResourcesApart(rule, [
  ['an old one', example('{ version: "1.34" }'), example('{ version: "1.33" }'), 'version'],
  ['none', example('{ version: "1.36" }'), example('{}'), 'version'],
  ['one that is no version', example('{ version: "${config.version}" }'), example('{ version: latest }'), 'version'],
]);
