import { formatFieldPath } from '../field-path';
import { listOf, valueAt } from '../narrow';
import { expectInput, readAt } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const [DISTRIBUTION, VPC_ORIGIN] = ['aws:cloudfront/distribution:Distribution', 'aws:cloudfront/vpcOrigin:VpcOrigin'] as const;
const example = exampleOf(DISTRIBUTION);
const origin = (policy: string): string => example(`{ origins: [{ originId: web, domainName: web.example.com, customOriginConfig: { originProtocolPolicy: ${policy}, originSslProtocols: [TLSv1.2] } }] }`);
const BROKEN = new Set(['SSLv3', 'TLSv1', 'TLSv1.1']);

/** A CDN talks TLS to what is behind it. */
export const cdnOriginTls: ResourceRule = {
  id: 'cdn-origin-tls',
  title: 'A CDN talks to its origins over TLS 1.2',
  why: 'What clients sent encrypted would go on as plain text.',
  good: origin('https-only'),
  bad: origin('http-only'),
  remedy: 'Set originProtocolPolicy to https-only, and originSslProtocols to TLSv1.2.',
  *check(plan) {
    for (const resource of plan.ofType(DISTRIBUTION)) {
      for (const [index, entry] of listOf(resource.inputs['origins']).entries()) {
        if (valueAt(entry, 'customOriginConfig') === undefined) continue;
        const path = ['origins', index, 'customOriginConfig'] as const;
        yield* expectInput(resource, [...path, 'originProtocolPolicy'], (value) => value === 'https-only', 'must be https-only');
        yield* expectInput(resource, [...path, 'originSslProtocols'], (value) => !listOf(value).some((version) => BROKEN.has(String(version))), 'must be TLSv1.2 alone');
      }
    }
    for (const resource of plan.ofType(VPC_ORIGIN)) {
      const path = ['vpcOriginEndpointConfig', 'originProtocolPolicy'];
      const policy = readAt(resource.inputs, path);
      if (policy.kind === 'known' && policy.value !== 'https-only') yield { resource, path: formatFieldPath(path), received: policy.value, message: 'must be https-only' };
    }
  },
};
