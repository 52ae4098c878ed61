import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { type Deployment, physicalName } from './deployment';
import type { LogsBucket } from './logs-bucket';
import { privateBucket } from './private-bucket';

const NAME = 'assets';

export interface AssetsBucket {
  readonly domainName: pulumi.Output<string>;
  readonly accessControlId: pulumi.Output<string>;
  /** Lets a distribution read, and nobody else. */
  admit(distributionArn: pulumi.Output<string>): void;
}

/** A bucket that a CDN reads under its own signature. */
export function assetsBucket(deployment: Deployment, logs: LogsBucket, options: pulumi.CustomResourceOptions): AssetsBucket {
  const { bucket, admit } = privateBucket(NAME, deployment, 'never', options);
  logs.ofBucket(NAME, bucket);
  const accessControl = new aws.cloudfront.OriginAccessControl(NAME, { name: physicalName(deployment, NAME), originAccessControlOriginType: 's3', signingBehavior: 'always', signingProtocol: 'sigv4' }, options);
  return {
    domainName: bucket.bucketRegionalDomainName,
    accessControlId: accessControl.id,
    admit: (distributionArn) => void admit([{ Sid: 'Cdn', Principal: { Service: 'cloudfront.amazonaws.com' }, Action: 's3:GetObject', Condition: { StringEquals: { 'AWS:SourceArn': distributionArn } } }]),
  };
}
