import { BUCKETS, settingsOf } from '../buckets';
import type { PlannedResource, ResourceStore } from '../planned-resource';
import { exampleResource } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const LOGGING = 'aws:s3/bucketLogging:BucketLogging';
const buckets = exampleResource(BUCKETS[0], 'assets', '{ bucket: example-assets }') + exampleResource(BUCKETS[0], 'logs', '{ bucket: example-logs }');

/** A bucket that others log to: its own log would make it grow by itself. */
function isLogTarget(plan: ResourceStore, { name, inputs, urn }: PlannedResource): boolean {
  const targets = plan.ofType(LOGGING).filter(({ dependencies, inputs: { targetBucket } }) => targetBucket === inputs['bucket'] || (dependencies.includes(urn) && String(targetBucket).startsWith(`\${${name}.`)));
  return targets.some(({ inputs: { targetBucket } }) => targetBucket !== undefined);
}

/** Who read what in a bucket can be told. */
export const bucketAccessLog: ResourceRule = {
  id: 'bucket-access-log',
  title: 'A bucket logs who reads and writes it',
  why: 'After a leak nobody knows what was read, and by whom.',
  good: buckets + exampleResource(LOGGING, 'assets', '{ bucket: example-assets, targetBucket: example-logs, targetPrefix: assets/ }'),
  bad: buckets,
  remedy: 'Add an aws.s3.BucketLogging to another bucket.',
  *check(plan) {
    for (const resource of plan.ofType(...BUCKETS)) {
      if (settingsOf(plan, resource, 'BucketLogging').length === 0 && !isLogTarget(plan, resource)) yield { resource, path: '', received: undefined, message: 'must log to another bucket' };
    }
  },
};
