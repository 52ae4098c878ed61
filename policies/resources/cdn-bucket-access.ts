import { formatFieldPath } from '../field-path';
import { isFields, listOf, valueAt } from '../narrow';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const DISTRIBUTION = 'aws:cloudfront/distribution:Distribution';
const example = exampleOf(DISTRIBUTION);
const origin = (more: string): string => example(`{ origins: [{ originId: assets, domainName: assets.s3.eu-west-1.amazonaws.com${more} }] }`);

/** A bucket behind a CDN is reached through it alone. */
export const cdnBucketAccess: ResourceRule = {
  id: 'cdn-bucket-access',
  title: 'A CDN signs its requests to buckets',
  why: 'A bucket that answers unsigned requests is public, past the CDN, its firewall and its logs.',
  good: origin(', originAccessControlId: "${assets.id}"'),
  bad: origin(''),
  remedy: 'Set originAccessControlId to an origin access control that always signs.',
  *check(plan) {
    for (const resource of plan.ofType(DISTRIBUTION)) {
      for (const [index, entry] of listOf(resource.inputs['origins']).entries()) {
        const isBucket = isFields(entry) && !('customOriginConfig' in entry) && !('vpcOriginConfig' in entry);
        const isSigned = valueAt(entry, 'originAccessControlId') !== undefined || valueAt(entry, 's3OriginConfig', 'originAccessIdentity') !== undefined;
        if (isBucket && !isSigned) yield { resource, path: formatFieldPath(['origins', index, 'originAccessControlId']), received: undefined, message: 'must name an origin access control' };
      }
    }
  },
};
