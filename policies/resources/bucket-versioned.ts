import { BUCKETS, settingsOf } from '../buckets';
import { isTrue, readAt } from '../planned-resource';
import { exampleResource } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const bucket = exampleResource(BUCKETS[0], 'assets', '{ bucket: example-assets }');
const versioning = (status: string): string => exampleResource('aws:s3/bucketVersioning:BucketVersioning', 'assets', `{ bucket: example-assets, versioningConfiguration: { status: ${status} } }`);

/** What was overwritten or deleted can be had back. */
export const bucketVersioned: ResourceRule = {
  id: 'bucket-versioned',
  title: 'A bucket keeps old versions of objects',
  why: 'One wrong upload or deletion, by mistake or not, is for good.',
  good: bucket + versioning('Enabled'),
  bad: bucket + versioning('Suspended'),
  remedy: 'Add an aws.s3.BucketVersioning with status Enabled.',
  *check(plan) {
    for (const resource of plan.ofType(...BUCKETS)) {
      if (isTrue(readInline(resource.inputs))) continue;
      const states = settingsOf(plan, resource, 'BucketVersioning').map(({ inputs }) => readAt(inputs, ['versioningConfiguration', 'status']));
      if (states.some((state) => state.kind === 'later' || state.value === 'Enabled')) continue;
      const [state] = states;
      yield { resource, path: 'versioning', received: state?.kind === 'known' ? state.value : undefined, message: 'must be enabled' };
    }
  },
};

/** The older way of saying it; what is decided later may be right. */
function readInline(inputs: Readonly<Record<string, unknown>>): unknown {
  const reading = readAt(inputs, ['versioning', 'enabled']);
  return reading.kind === 'later' ? true : reading.value;
}
