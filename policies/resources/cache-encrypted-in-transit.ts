import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const CACHE = 'aws:elasticache/replicationGroup:ReplicationGroup';
const example = exampleOf(CACHE);

/** Nobody on the network reads a cache, or writes to it. */
export const cacheEncryptedInTransit: ResourceRule = {
  id: 'cache-encrypted-in-transit',
  title: 'A cache takes TLS alone, from those who log in',
  why: 'Whatever runs in the network could read every session, and write what services then believe.',
  good: example('{ transitEncryptionEnabled: true, transitEncryptionMode: required, authToken: "[secret]" }'),
  bad: example('{ transitEncryptionEnabled: false }'),
  remedy: 'Set transitEncryptionEnabled to true with mode required, and an authToken or userGroupIds.',
  *check(plan) {
    for (const resource of plan.ofType(CACHE)) {
      yield* expectInput(resource, ['transitEncryptionEnabled'], isTrue, 'must be true');
      yield* expectInput(resource, ['transitEncryptionMode'], (value) => value !== 'preferred', 'must be required: with preferred, plain connections are taken as well');
      yield* expectInput(resource, ['authToken'], (value) => value !== undefined || 'userGroupIds' in resource.inputs, 'must be set, or userGroupIds: anybody who reaches it may use it');
    }
  },
};
