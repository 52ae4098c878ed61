import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const CACHE = 'aws:elasticache/replicationGroup:ReplicationGroup';
const example = exampleOf(CACHE);

/** A cache survives the loss of its zone. */
export const cacheFailover: ResourceRule = {
  id: 'cache-failover',
  title: 'A cache fails over to another zone',
  why: 'When the zone of its only node is lost every read falls on the database at once.',
  good: example('{ automaticFailoverEnabled: true, multiAzEnabled: true, numCacheClusters: 3 }'),
  bad: example('{ automaticFailoverEnabled: false, multiAzEnabled: false, numCacheClusters: 1 }'),
  remedy: 'Set automaticFailoverEnabled and multiAzEnabled to true, with two nodes or more.',
  *check(plan) {
    for (const resource of plan.ofType(CACHE)) {
      yield* expectInput(resource, ['automaticFailoverEnabled'], isTrue, 'must be true: a lost node is not replaced by a replica');
      yield* expectInput(resource, ['multiAzEnabled'], isTrue, 'must be true: all nodes may be in one zone');
    }
  },
};
