import { expectInput } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const DISTRIBUTION = 'aws:cloudfront/distribution:Distribution';
const example = exampleOf(DISTRIBUTION);

/** Clients of a CDN cannot be talked into a broken version of TLS. */
export const cdnTlsMinimum: ResourceRule = {
  id: 'cdn-tls-minimum',
  title: 'A CDN takes TLS 1.2 and later',
  why: 'Whoever is between can force what a CDN still takes, and TLS 1.0 and 1.1 are broken.',
  good: example('{ viewerCertificate: { acmCertificateArn: "${api.arn}", minimumProtocolVersion: TLSv1.2_2021, sslSupportMethod: sni-only } }'),
  bad: example('{ viewerCertificate: { acmCertificateArn: "${api.arn}", minimumProtocolVersion: TLSv1, sslSupportMethod: sni-only } }'),
  remedy: 'Use a certificate of your own with minimumProtocolVersion TLSv1.2_2021 or later.',
  *check(plan) {
    for (const resource of plan.ofType(DISTRIBUTION)) {
      yield* expectInput(resource, ['viewerCertificate', 'minimumProtocolVersion'], (value) => /^TLSv1\.[23]/.test(String(value)), 'must be TLSv1.2_2018 or later; with the certificate of CloudFront it is TLSv1');
    }
  },
};
