import { listOf } from '../narrow';
import { expectInput, isDecidedLater } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const CLUSTER = 'aws:eks/cluster:Cluster';
const example = exampleOf(CLUSTER);

/** Secrets in a cluster are encrypted under a key of ours. */
export const clusterSecretsEncrypted: ResourceRule = {
  id: 'cluster-secrets-encrypted',
  title: 'A cluster encrypts its Secrets under a key of its own',
  why: 'Only a key of one\'s own can be taken away, and tells who used it.',
  good: example('{ encryptionConfig: { provider: { keyArn: "${cluster.arn}" }, resources: [secrets] } }'),
  bad: example('{ version: "1.35" }'),
  remedy: 'Set encryptionConfig with a key, for secrets.',
  *check(plan) {
    for (const resource of plan.ofType(CLUSTER)) {
      yield* expectInput(resource, ['encryptionConfig', 'resources'], (value) => listOf(value).some((name) => name === 'secrets' || isDecidedLater(name)), 'must have secrets in it');
    }
  },
};
