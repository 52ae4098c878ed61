import { exampleResource } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { managedSecretRotation as rule } from './managed-secret-rotation';

itIsAResourceRule(rule);

const SECRET = 'aws:secretsmanager/secret:Secret';
const secret = (inputs: string): string => exampleResource(SECRET, 'a', inputs);
const rotation = exampleResource('aws:secretsmanager/secretRotation:SecretRotation', 'a', '{}', [`${SECRET}::a`]);
itTellsResourcesApart(rule, [
  ['no key', secret('{ kmsKeyId: "${data.arn}" }') + rotation, secret('{}') + rotation, 'kmsKeyId'],
  ['no rotation', secret('{ kmsKeyId: "${data.arn}" }') + rotation, secret('{ kmsKeyId: "${data.arn}" }'), ''],
]);
