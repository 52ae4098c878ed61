import { BUCKETS, settingsOf } from '../buckets';
import { expectInput, isTrue } from '../planned-resource';
import { exampleResource } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const BLOCKS = ['blockPublicAcls', 'blockPublicPolicy', 'ignorePublicAcls', 'restrictPublicBuckets'] as const;
const bucket = exampleResource(BUCKETS[0], 'assets', '{ bucket: example-assets }');

/** A bucket is open to nobody but those its policy names. */
export const bucketNotPublic: ResourceRule = {
  id: 'bucket-not-public',
  title: 'A bucket blocks public access in all four ways',
  why: 'One access list or policy written in a hurry puts every object on the Internet.',
  good: bucket + exampleResource('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', 'assets', `{ bucket: example-assets, ${BLOCKS.map((block) => `${block}: true`).join(', ')} }`),
  bad: bucket,
  remedy: 'Add an aws.s3.BucketPublicAccessBlock with all four set to true.',
  *check(plan) {
    for (const resource of plan.ofType(...BUCKETS)) {
      const blocks = settingsOf(plan, resource, 'BucketPublicAccessBlock');
      if (blocks.length === 0) yield { resource, path: '', received: undefined, message: 'must have a public access block' };
      for (const block of blocks) {
        for (const name of BLOCKS) yield* expectInput(block, [name], isTrue, 'must be true');
      }
    }
  },
};
