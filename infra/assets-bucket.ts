import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type Deployment, physicalName } from './deployment';

const NAME = 'assets';

export interface AssetsBucket {
  readonly domainName: pulumi.Output<string>;
  readonly accessControlId: pulumi.Output<string>;
  /** Lets a distribution read, and nobody else. */
  admit(distributionArn: pulumi.Output<string>): void;
}

/** A private, encrypted, versioned bucket that a CDN reads under its own signature. */
export function assetsBucket(deployment: Deployment, options: pulumi.CustomResourceOptions): AssetsBucket {
  const { cloud, accountId } = deployment;
  const isProtected = cloud.protection === 'protected';
  // Bucket names are the world's: the account's number makes it ours.
  const bucket = new aws.s3.Bucket(NAME, { bucket: `${physicalName(deployment, NAME)}-${accountId}`, forceDestroy: !isProtected }, { ...options, protect: isProtected });
  const access = new aws.s3.BucketPublicAccessBlock(NAME, { bucket: bucket.id, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true }, options);
  new aws.s3.BucketOwnershipControls(NAME, { bucket: bucket.id, rule: { objectOwnership: 'BucketOwnerEnforced' } }, options);
  new aws.s3.BucketVersioning(NAME, { bucket: bucket.id, versioningConfiguration: { status: 'Enabled' } }, options);
  // What the whole world may read needs no key of ours; the CDN could not use one without more rights.
  new aws.s3.BucketServerSideEncryptionConfiguration(NAME, { bucket: bucket.id, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' }, bucketKeyEnabled: true }] }, options);
  new aws.s3.BucketLifecycleConfiguration(NAME, { bucket: bucket.id, rules: [{ id: 'old-versions', status: 'Enabled', filter: {}, noncurrentVersionExpiration: { noncurrentDays: 30 }, abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } }] }, options);
  const accessControl = new aws.cloudfront.OriginAccessControl(NAME, { name: physicalName(deployment, NAME), originAccessControlOriginType: 's3', signingBehavior: 'always', signingProtocol: 'sigv4' }, options);
  return {
    domainName: bucket.bucketRegionalDomainName,
    accessControlId: accessControl.id,
    admit(distributionArn) {
      const objects = pulumi.interpolate`${bucket.arn}/*`;
      const statements = [
        { Sid: 'Cdn', Effect: 'Allow', Principal: { Service: 'cloudfront.amazonaws.com' }, Action: 's3:GetObject', Resource: objects, Condition: { StringEquals: { 'AWS:SourceArn': distributionArn } } },
        { Sid: 'TlsOnly', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [bucket.arn, objects], Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ];
      new aws.s3.BucketPolicy(NAME, { bucket: bucket.id, policy: pulumi.jsonStringify({ Version: '2012-10-17', Statement: statements }) }, { ...options, dependsOn: [access] });
    },
  };
}
