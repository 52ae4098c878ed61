import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type Deployment, physicalName } from './deployment';

/** A statement of a bucket's policy; the objects are the bucket's own. */
export interface BucketStatement {
  readonly Sid: string;
  readonly Principal: Readonly<Record<string, string>>;
  readonly Action: string;
  readonly Condition: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>>;
}

export interface PrivateBucket {
  readonly bucket: aws.s3.Bucket;
  /** Lets these in, and over TLS alone. Called once: a bucket has one policy. */
  admit(statements: readonly BucketStatement[]): aws.s3.BucketPolicy;
}

/** A bucket that nobody may read: no public access, no access lists, encrypted, versioned. */
export function privateBucket(name: string, deployment: Deployment, expiresAfterDays: number | 'never', options: pulumi.CustomResourceOptions): PrivateBucket {
  const isProtected = deployment.cloud.protection === 'protected';
  // Bucket names are the world's: the account's number makes it ours.
  const bucket = new aws.s3.Bucket(name, { bucket: `${physicalName(deployment, name)}-${deployment.accountId}`, forceDestroy: !isProtected }, { ...options, protect: isProtected });
  const access = new aws.s3.BucketPublicAccessBlock(name, { bucket: bucket.id, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true }, options);
  new aws.s3.BucketOwnershipControls(name, { bucket: bucket.id, rule: { objectOwnership: 'BucketOwnerEnforced' } }, options);
  new aws.s3.BucketVersioning(name, { bucket: bucket.id, versioningConfiguration: { status: 'Enabled' } }, options);
  // S3's own key: services that write logs and a CDN that reads could not use one of ours without more rights.
  new aws.s3.BucketServerSideEncryptionConfiguration(name, { bucket: bucket.id, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' }, bucketKeyEnabled: true }] }, options);
  const expiration = expiresAfterDays === 'never' ? {} : { expiration: { days: expiresAfterDays } };
  new aws.s3.BucketLifecycleConfiguration(name, { bucket: bucket.id, rules: [{ id: 'old', status: 'Enabled', filter: {}, ...expiration, noncurrentVersionExpiration: { noncurrentDays: 30 }, abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } }] }, options);
  return {
    bucket,
    admit(statements) {
      const objects = pulumi.interpolate`${bucket.arn}/*`;
      const tlsOnly = { Sid: 'TlsOnly', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [bucket.arn, objects], Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
      const allowed = statements.map((statement) => ({ Effect: 'Allow', Resource: objects, ...statement }));
      return new aws.s3.BucketPolicy(name, { bucket: bucket.id, policy: pulumi.jsonStringify({ Version: '2012-10-17', Statement: [tlsOnly, ...allowed] }) }, { ...options, dependsOn: [access] });
    },
  };
}
