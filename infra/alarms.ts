import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { componentType, type Deployment, physicalName } from './deployment';
import { encryptionKey } from './encryption';
import { trustOf } from './trust';

/** An alarm on one metric. */
export interface AlarmProps {
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum';
  readonly comparison: 'GreaterThanThreshold' | 'LessThanThreshold';
  readonly threshold: number;
  /** Minutes in a row before it rings. */
  readonly minutes: number;
}

/**
 * Where alarms go: one topic, and the stack's mail address; and the right to measure.
 * Cost (2026-08-31): 0.10 USD a month for each alarm.
 */
export class Alarms extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;
  /** For what RDS measures within its instances. */
  readonly monitoringRoleArn: pulumi.Output<string>;

  constructor(name: string, deployment: Deployment, options: pulumi.ComponentResourceOptions) {
    super(componentType('Alarms'), name, {}, options);
    const key = encryptionKey('alarms', deployment, 'alarms', { parent: this });
    const topic = new aws.sns.Topic('alarms', { name: physicalName(deployment, 'alarms'), kmsMasterKeyId: key.id }, { parent: this });
    new aws.sns.TopicPolicy('alarms', {
      arn: topic.arn,
      policy: pulumi.jsonStringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sns:Publish', Resource: topic.arn, Principal: { Service: ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'] }, Condition: { StringEquals: { 'aws:SourceAccount': deployment.accountId } } }] }),
    }, { parent: this });
    new aws.sns.TopicSubscription('alarms', { topic: topic.arn, protocol: 'email', endpoint: deployment.alarmEmail }, { parent: this });
    this.topicArn = topic.arn;
    const role = new aws.iam.Role('database-monitoring', { assumeRolePolicy: trustOf('monitoring.rds.amazonaws.com') }, { parent: this });
    const policy = new aws.iam.RolePolicyAttachment('database-monitoring', { role: role.name, policyArn: 'arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole' }, { parent: this });
    // The policy first: an instance with a role that may nothing is refused.
    this.monitoringRoleArn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ topicArn: this.topicArn });
  }

  /** An alarm that writes to the topic, both when it rings and when it ends. Silence rings too: a dead metric is no good news. */
  watch(name: string, { description, namespace, metric, dimensions, statistic, comparison, threshold, minutes }: AlarmProps, options: pulumi.CustomResourceOptions): void {
    new aws.cloudwatch.MetricAlarm(name, {
      alarmDescription: description, namespace, metricName: metric, dimensions: { ...dimensions }, statistic,
      comparisonOperator: comparison, threshold, period: 60, evaluationPeriods: minutes, treatMissingData: 'breaching',
      alarmActions: [this.topicArn], okActions: [this.topicArn],
    }, options);
  }
}
