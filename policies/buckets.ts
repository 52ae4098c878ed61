import type { PlannedResource, ResourceStore } from './planned-resource';

export const BUCKETS = ['aws:s3/bucket:Bucket', 'aws:s3/bucketV2:BucketV2'] as const;

/** What a plan sets for a bucket by a resource of its own: `BucketVersioning`, in either of its names. */
export function settingsOf(plan: ResourceStore, bucket: PlannedResource, setting: string): readonly PlannedResource[] {
  const identifier = typeof bucket.inputs['bucket'] === 'string' ? bucket.inputs['bucket'] : '';
  return [setting, `${setting}V2`].flatMap((name) => plan.of(`aws:s3/b${name.slice(1)}:${name}`, bucket, 'bucket', identifier)).filter((found) => belongsTo(found, bucket, identifier));
}

/** The bucket that others write their logs to is one that they depend on as well. */
function belongsTo({ inputs }: PlannedResource, { name }: PlannedResource, identifier: string): boolean {
  const bucket = inputs['bucket'];
  return typeof bucket !== 'string' || bucket === identifier || bucket.startsWith(`\${${name}.`) || !bucket.startsWith('${');
}
