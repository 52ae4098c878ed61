import { formatFieldPath } from '../field-path';
import { allowStatements, RESOURCE_POLICIES } from '../policy-documents';
import { exampleResource } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const example = (principal: string): string => exampleResource('aws:s3/bucketPolicy:BucketPolicy', 'assets', `{ bucket: assets, policy: '{"Statement":[{"Effect":"Allow","Principal":${principal},"Action":"s3:GetObject","Resource":"\${assets.arn}/*"}]}' }`);

/** A resource is open to those it names. */
export const resourcePolicyNotPublic: ResourceRule = {
  id: 'resource-policy-not-public',
  title: 'The policy of a bucket, topic, queue, repository, key or secret names whom it admits',
  why: 'An asterisk admits every account of AWS, and who has none.',
  good: example('{"Service":"cloudfront.amazonaws.com"}'),
  bad: example('"*"'),
  remedy: 'Name the principals, or add a condition such as aws:SourceAccount.',
  *check(plan) {
    for (const { resource, input, path, principals, isConditional } of allowStatements(plan, RESOURCE_POLICIES)) {
      if (principals.includes('*') && !isConditional) yield { resource, path: formatFieldPath([input, ...path, 'Principal']), received: '*', message: 'must name whom it admits' };
    }
  },
};
