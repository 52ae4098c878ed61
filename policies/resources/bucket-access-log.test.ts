import { exampleResource } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { bucketAccessLog as rule } from './bucket-access-log';

itIsAResourceRule(rule);

const bucket = 'aws:s3/bucket:Bucket';
const buckets = (...names: readonly string[]): string => names.map((name) => exampleResource(bucket, name, '{}')).join('');
const logging = (from: string): string => exampleResource('aws:s3/bucketLogging:BucketLogging', from, `{ bucket: "\${${from}.id}", targetBucket: "\${logs.id}" }`, [`${bucket}::${from}`, `${bucket}::logs`]);
itTellsResourcesApart(rule, [
  ['one bucket of two without', buckets('a', 'b', 'logs') + logging('a') + logging('b'), buckets('a', 'b', 'logs') + logging('a'), ''],
  ['a bucket that nothing logs to', buckets('a', 'logs') + logging('a'), buckets('a', 'logs', 'c') + logging('a'), ''],
]);
