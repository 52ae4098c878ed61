import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { clusterEndpoint as rule } from './cluster-endpoint';

itIsAResourceRule(rule);

const example = exampleOf('aws:eks/cluster:Cluster');
itTellsResourcesApart(rule, [
  ['one open by default', example('{ vpcConfig: { endpointPublicAccess: false } }'), example('{ vpcConfig: {} }'), 'vpcConfig.publicAccessCidrs'],
  ['one open to all', example('{ vpcConfig: { publicAccessCidrs: ["${office.cidr}"] } }'), example('{ vpcConfig: { publicAccessCidrs: ["${office.cidr}", 0.0.0.0/0] } }'), 'vpcConfig.publicAccessCidrs[1]'],
  ['one open to all, whatever is decided later', example('{ vpcConfig: "(known once it exists)" }'), example('{ vpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ["::/0"] } }'), 'vpcConfig.publicAccessCidrs[0]'],
]);
