import { expectInput } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const TOPIC = 'aws:sns/topic:Topic';
const example = exampleOf(TOPIC);

/** Messages in a topic are encrypted. */
export const topicEncrypted: ResourceRule = {
  id: 'topic-encrypted',
  title: 'A topic is encrypted at rest',
  why: 'Messages wait on disks that others administer.',
  good: example('{ kmsMasterKeyId: "${alarms.id}" }'),
  bad: example('{ name: alarms }'),
  remedy: 'Set kmsMasterKeyId.',
  *check(plan) {
    for (const resource of plan.ofType(TOPIC)) {
      yield* expectInput(resource, ['kmsMasterKeyId'], (value) => value !== undefined, 'must name a key');
    }
  },
};
