import { numberOf } from '../narrow';
import { expectInput, isFalse } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const CACHE = 'aws:elasticache/replicationGroup:ReplicationGroup';
const example = exampleOf(CACHE);

/** A cache is kept current, and can be restored. */
export const cacheUpkeep: ResourceRule = {
  id: 'cache-upkeep',
  title: 'A cache has snapshots, minor upgrades and a subnet group of its own',
  why: 'The default subnet group spans every subnet of the default network; without snapshots a cache that is made anew starts empty.',
  good: example('{ snapshotRetentionLimit: 1, autoMinorVersionUpgrade: true, subnetGroupName: cache }'),
  bad: example('{ snapshotRetentionLimit: 0, autoMinorVersionUpgrade: false }'),
  remedy: 'Set snapshotRetentionLimit to 1 day or more, name a subnet group, and leave minor upgrades on.',
  *check(plan) {
    for (const resource of plan.ofType(CACHE)) {
      yield* expectInput(resource, ['snapshotRetentionLimit'], (value) => numberOf(value) >= 1, 'must be 1 day or more: 0, the default, keeps none');
      yield* expectInput(resource, ['autoMinorVersionUpgrade'], (value) => !isFalse(value), 'must not be false: minor versions mend security holes');
      yield* expectInput(resource, ['subnetGroupName'], (value) => value !== undefined && value !== 'default', 'must be one of its own');
    }
  },
};
