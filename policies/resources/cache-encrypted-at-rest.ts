import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const CACHE = 'aws:elasticache/replicationGroup:ReplicationGroup';
const example = exampleOf(CACHE);

/** What a cache writes to disk is encrypted. */
export const cacheEncryptedAtRest: ResourceRule = {
  id: 'cache-encrypted-at-rest',
  title: 'A cache is encrypted at rest',
  why: 'Snapshots and swapped pages hold what users sent, and a cache cannot be encrypted later.',
  good: example('{ atRestEncryptionEnabled: true }'),
  bad: example('{ atRestEncryptionEnabled: false }'),
  remedy: 'Set atRestEncryptionEnabled to true.',
  *check(plan) {
    for (const resource of plan.ofType(CACHE)) {
      yield* expectInput(resource, ['atRestEncryptionEnabled'], isTrue, 'must be true');
    }
  },
};
