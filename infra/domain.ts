import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Deployment } from './deployment';

/** CloudFront takes certificates and firewalls of this region alone. */
export const CDN_REGION = 'us-east-1';

export interface Domain {
  readonly certificate: Pick<aws.cloudfront.DistributionArgs, 'viewerCertificate' | 'aliases'>;
  pointTo(distribution: aws.cloudfront.Distribution): void;
}

/** The gateway's host with a certificate of its own, or the distribution's name with CloudFront's. */
export function domainOf({ platform: { gateway: { host } }, cloud: { domain } }: Deployment, options: pulumi.CustomResourceOptions): Domain {
  if (domain.kind === 'none') return { certificate: { viewerCertificate: { cloudfrontDefaultCertificate: true } }, pointTo: () => undefined };
  const { hostedZoneId: zoneId } = domain;
  const certificate = new aws.acm.Certificate(host, { domainName: host, validationMethod: 'DNS', region: CDN_REGION }, options);
  const first = certificate.domainValidationOptions.apply(([validation]) => validation);
  const record = new aws.route53.Record(`${host}-validation`, { zoneId, name: first.apply((it) => it?.resourceRecordName ?? ''), type: first.apply((it) => it?.resourceRecordType ?? 'CNAME'), records: [first.apply((it) => it?.resourceRecordValue ?? '')], ttl: 300, allowOverwrite: true }, options);
  const validated = new aws.acm.CertificateValidation(host, { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn], region: CDN_REGION }, options);
  return {
    certificate: { aliases: [host], viewerCertificate: { acmCertificateArn: validated.certificateArn, sslSupportMethod: 'sni-only', minimumProtocolVersion: 'TLSv1.2_2021' } },
    pointTo({ domainName, hostedZoneId }) {
      for (const type of ['A', 'AAAA'] as const) new aws.route53.Record(`${host}-${type}`, { zoneId, name: host, type, aliases: [{ name: domainName, zoneId: hostedZoneId, evaluateTargetHealth: false }] }, options);
    },
  };
}
