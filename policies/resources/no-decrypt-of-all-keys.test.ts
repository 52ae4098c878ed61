import { exampleResource } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { noDecryptOfAllKeys as rule } from './no-decrypt-of-all-keys';

itIsAResourceRule(rule);

const policy = (statement: string): string => exampleResource('aws:iam/policy:Policy', 'web', `{ policy: '{"Statement":{"Effect":"Allow",${statement}}}' }`);
const path = 'policy.Statement[0].Resource';
itTellsResourcesApart(rule, [
  ['every key', policy('"Action":"kms:Decrypt","Resource":"${data.arn}"'), policy('"Action":"kms:Decrypt","Resource":"*"'), path],
  ['every key of a region', policy('"Action":["kms:Decrypt"],"Resource":"arn:aws:kms:eu-west-1:1:key/a"'), policy('"Action":["kms:Decrypt"],"Resource":"arn:aws:kms:eu-west-1:1:key/*"'), path],
  ['what opens', policy('"Action":"kms:Encrypt","Resource":"*"'), policy('"Action":"kms:*","Resource":"*"'), path],
  ['what no condition narrows', policy('"Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"s3"}}'), policy('"Action":"kms:Decrypt","Resource":"*","Condition":{}'), path],
]);
