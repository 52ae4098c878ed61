import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const CLUSTER = 'aws:eks/cluster:Cluster';
const example = exampleOf(CLUSTER);

/** Nobody deletes a cluster by mistake. */
export const clusterDeletionProtection: ResourceRule = {
  id: 'cluster-deletion-protection',
  title: 'A cluster cannot be deleted by one call',
  why: 'One wrong call ends everything that runs in it.',
  good: example('{ deletionProtection: true }'),
  bad: example('{ deletionProtection: false }'),
  remedy: 'Set deletionProtection to true.',
  *check(plan) {
    for (const resource of plan.ofType(CLUSTER)) {
      yield* expectInput(resource, ['deletionProtection'], isTrue, 'must be true');
    }
  },
};
