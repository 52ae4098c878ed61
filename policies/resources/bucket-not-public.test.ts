import { exampleResource } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { bucketNotPublic as rule } from './bucket-not-public';

itIsAResourceRule(rule);

const buckets = exampleResource('aws:s3/bucket:Bucket', 'a', '{}') + exampleResource('aws:s3/bucketV2:BucketV2', 'b', '{}');
const block = (owner: string, restrict = 'true'): string => exampleResource('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', owner, `{ bucket: "\${${owner}.id}", blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: ${restrict} }`, [`aws:s3/${owner === 'a' ? 'bucket:Bucket' : 'bucketV2:BucketV2'}::${owner}`]);
itTellsResourcesApart(rule, [
  ['one bucket of two without', buckets + block('a') + block('b'), buckets + block('a'), ''],
  ['one way left open', buckets + block('a') + block('b'), buckets + block('a') + block('b', 'false'), 'restrictPublicBuckets'],
]);
