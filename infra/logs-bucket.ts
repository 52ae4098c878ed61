import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type Deployment, physicalName } from './deployment';
import { CDN_REGION } from './domain';
import { privateBucket } from './private-bucket';

const NAME = 'access-logs';

export interface LogsBucket {
  /** Keeps the log of a bucket's reads. */
  ofBucket(name: string, bucket: aws.s3.Bucket): void;
  /** Keeps the log of a distribution's requests. */
  ofDistribution(name: string, distributionArn: pulumi.Output<string>): void;
}

/** Who asked for what: kept as long as the environment keeps its logs. */
export function logsBucket(deployment: Deployment, options: pulumi.CustomResourceOptions): LogsBucket {
  const { bucket, admit } = privateBucket(NAME, deployment, deployment.cloud.logRetentionDays, options);
  const ofOurs = { StringEquals: { 'aws:SourceAccount': deployment.accountId } };
  const policy = admit([
    { Sid: 'Buckets', Principal: { Service: 'logging.s3.amazonaws.com' }, Action: 's3:PutObject', Condition: ofOurs },
    { Sid: 'Deliveries', Principal: { Service: 'delivery.logs.amazonaws.com' }, Action: 's3:PutObject', Condition: ofOurs },
  ]);
  return {
    ofBucket(name, source) {
      new aws.s3.BucketLogging(name, { bucket: source.id, targetBucket: bucket.id, targetPrefix: `${name}/` }, { ...options, dependsOn: [policy] });
    },
    ofDistribution(name, resourceArn) {
      const common = { ...options, dependsOn: [policy] };
      const physical = physicalName(deployment, name);
      const source = new aws.cloudwatch.LogDeliverySource(name, { name: physical, logType: 'ACCESS_LOGS', resourceArn, region: CDN_REGION }, common);
      const destination = new aws.cloudwatch.LogDeliveryDestination(name, { name: physical, outputFormat: 'json', deliveryDestinationConfiguration: { destinationResourceArn: pulumi.interpolate`${bucket.arn}/${name}` }, region: CDN_REGION }, common);
      new aws.cloudwatch.LogDelivery(name, { deliverySourceName: source.name, deliveryDestinationArn: destination.arn, region: CDN_REGION }, common);
    },
  };
}
