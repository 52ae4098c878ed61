import { expectInput } from '../planned-resource';
import { exampleResource } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const [SECRET, ROTATION] = ['aws:secretsmanager/secret:Secret', 'aws:secretsmanager/secretRotation:SecretRotation'] as const;
const secret = (inputs: string): string => exampleResource(SECRET, 'database', inputs);

/** A secret is encrypted under a key of ours, and does not live for ever. */
export const managedSecretRotation: ResourceRule = {
  id: 'managed-secret-rotation',
  title: 'A secret in Secrets Manager has a key of its own, and is rotated',
  why: 'Only a key of one\'s own tells who used it; and what leaked once opens as long as it is not changed.',
  good: secret('{ kmsKeyId: "${data.arn}" }') + exampleResource(ROTATION, 'database', '{ secretId: "${database.id}", rotationRules: { automaticallyAfterDays: 30 } }', [`${SECRET}::database`]),
  bad: secret('{ name: database }'),
  remedy: 'Set kmsKeyId, and add an aws.secretsmanager.SecretRotation.',
  *check(plan) {
    for (const resource of plan.ofType(SECRET)) {
      yield* expectInput(resource, ['kmsKeyId'], (value) => value !== undefined, 'must name a key');
      if (!plan.hasDependent(resource, ROTATION)) yield { resource, path: '', received: undefined, message: 'must be rotated' };
    }
  },
};
