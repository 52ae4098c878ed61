import { exampleResource } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { bucketTlsOnly as rule } from './bucket-tls-only';

itIsAResourceRule(rule);

const bucket = exampleResource('aws:s3/bucket:Bucket', 'a', '{}');
const policy = (text: string): string => bucket + exampleResource('aws:s3/bucketPolicy:BucketPolicy', 'a', `{ bucket: "\${a.id}", policy: '${text}' }`, ['aws:s3/bucket:Bucket::a']);
const statement = (effect: string, secure: string): string => policy(`{"Statement":{"Effect":"${effect}","Condition":{"Bool":{"aws:SecureTransport":${secure}}}}}`);
const other = (of: string): string => exampleResource('aws:s3/bucket:Bucket', 'b', '{}') + exampleResource('aws:s3/bucketPolicy:BucketPolicy', 'b', `{ bucket: "\${${of}.id}", policy: "\${made.json}" }`, ['aws:s3/bucket:Bucket::a', 'aws:s3/bucket:Bucket::b']);
itTellsResourcesApart(rule, [
  ['a policy that only mentions the bucket', policy('${a.policy}') + other('b'), policy('${a.policy}') + other('a'), 'policy'],
  ['no policy', policy('${a.policy}'), bucket, 'policy'],
  ['a policy that allows it', statement('Deny', '"false"'), statement('Allow', '"false"'), 'policy'],
  ['a policy that refuses the other', statement('Deny', 'false'), statement('Deny', 'true'), 'policy'],
]);
