import { listOf } from '../narrow';
import { isFalse, readAt } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const CLUSTER = 'aws:eks/cluster:Cluster';
const example = exampleOf(CLUSTER);
const ANYWHERE = new Set(['0.0.0.0/0', '::/0']);

/** Who may talk to a cluster's API is decided by address as well. */
export const clusterEndpoint: ResourceRule = {
  id: 'cluster-endpoint',
  title: 'The API of a cluster is private, or open to addresses that are named',
  why: 'Otherwise a stolen credential, or a hole in the API server, is all that it takes, from anywhere.',
  good: example('{ vpcConfig: { endpointPublicAccess: true, publicAccessCidrs: [203.0.113.0/24] } }'),
  bad: example('{ vpcConfig: { endpointPublicAccess: true } }'),
  remedy: 'Set vpcConfig.endpointPublicAccess to false, or name addresses in publicAccessCidrs.',
  *check(plan) {
    for (const resource of plan.ofType(CLUSTER)) {
      const isPublic = readAt(resource.inputs, ['vpcConfig', 'endpointPublicAccess']);
      const addresses = readAt(resource.inputs, ['vpcConfig', 'publicAccessCidrs']);
      if (isPublic.kind === 'later' || isFalse(isPublic.value) || addresses.kind === 'later') continue;
      const list = listOf(addresses.value);
      const index = list.findIndex((address) => ANYWHERE.has(String(address)));
      if (list.length === 0) yield { resource, path: 'vpcConfig.publicAccessCidrs', received: addresses.value, message: 'must name addresses: without any it is open to all' };
      else if (index >= 0) yield { resource, path: `vpcConfig.publicAccessCidrs[${index}]`, received: list[index], message: 'must not be every address there is' };
    }
  },
};
