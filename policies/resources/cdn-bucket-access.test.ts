import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { cdnBucketAccess as rule } from './cdn-bucket-access';

itIsAResourceRule(rule);

const example = exampleOf('aws:cloudfront/distribution:Distribution');
itTellsResourcesApart(rule, [
  ['unsigned requests', example('{ origins: [{ s3OriginConfig: { originAccessIdentity: a } }] }'), example('{ origins: [{ s3OriginConfig: {} }] }'), 'origins[0].originAccessControlId'],
  ['unsigned requests to a bucket', example('{ origins: [{ vpcOriginConfig: {} }, { customOriginConfig: {} }] }'), example('{ origins: [{ vpcOriginConfig: {} }, {}] }'), 'origins[1].originAccessControlId'],
]);
