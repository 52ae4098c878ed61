import { listOf } from '../narrow';
import { expectInput, isDecidedLater } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const CLUSTER = 'aws:eks/cluster:Cluster';
const example = exampleOf(CLUSTER);
const NEEDED = ['api', 'audit', 'authenticator'] as const;

/** A cluster keeps its audit log. */
export const clusterLogs: ResourceRule = {
  id: 'cluster-logs',
  title: 'A cluster logs who did what',
  why: 'Without the audit log nobody knows who changed or read what, and when.',
  good: example('{ enabledClusterLogTypes: [api, audit, authenticator] }'),
  bad: example('{ enabledClusterLogTypes: [scheduler] }'),
  remedy: 'Add api, audit and authenticator to enabledClusterLogTypes.',
  *check(plan) {
    for (const resource of plan.ofType(CLUSTER)) {
      yield* expectInput(resource, ['enabledClusterLogTypes'], (value) => NEEDED.every((type) => listOf(value).some((entry) => entry === type || isDecidedLater(entry))), `must have ${NEEDED.join(', ')} in it`);
    }
  },
};
