import { exampleResource } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { bucketVersioned as rule } from './bucket-versioned';

itIsAResourceRule(rule);

const bucket = (inputs = '{}'): string => exampleResource('aws:s3/bucket:Bucket', 'a', inputs);
const versioning = (status: string): string => exampleResource('aws:s3/bucketVersioning:BucketVersioning', 'a', `{ bucket: "\${a.id}", versioningConfiguration: { status: ${status} } }`, ['aws:s3/bucket:Bucket::a']);
itTellsResourcesApart(rule, [
  ['no versions', bucket() + versioning('Enabled'), bucket(), 'versioning'],
  ['no versions any longer', bucket() + versioning('"${config.versioning}"'), bucket() + versioning('Suspended'), 'versioning'],
  ['no versions, said the older way', bucket('{ versioning: { enabled: true } }'), bucket('{ versioning: { enabled: false } }'), 'versioning'],
]);
