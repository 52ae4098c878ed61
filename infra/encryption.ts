import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type Deployment, physicalName } from './deployment';

/** Services of AWS that use a key by themselves, beside the account's own identities. */
export type KeyService = 'logs' | 'alarms' | 'none';

function serviceStatement(service: KeyService, { cloud, accountId }: Deployment) {
  const actions = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
  switch (service) {
    case 'logs':
      return [{
        Sid: 'Logs', Effect: 'Allow', Principal: { Service: `logs.${cloud.region}.amazonaws.com` }, Action: actions, Resource: '*',
        Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${cloud.region}:${accountId}:*` } },
      }];
    case 'alarms':
      return [{ Sid: 'Alarms', Effect: 'Allow', Principal: { Service: ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'] }, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: '*', Condition: { StringEquals: { 'aws:SourceAccount': accountId } } }];
    case 'none':
      return [];
  }
}

/**
 * A key of our own, rotated each year; a week to change one's mind after it is deleted.
 * Cost (2026-08-31): 1 USD a month and 0.03 USD for 10,000 requests.
 */
export function encryptionKey(name: string, deployment: Deployment, service: KeyService, options: pulumi.CustomResourceOptions): aws.kms.Key {
  const account = { Sid: 'Account', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${deployment.accountId}:root` }, Action: 'kms:*', Resource: '*' };
  return new aws.kms.Key(name, {
    description: `${physicalName(deployment, name)}`,
    enableKeyRotation: true,
    deletionWindowInDays: deployment.cloud.protection === 'protected' ? 30 : 7,
    policy: JSON.stringify({ Version: '2012-10-17', Statement: [account, ...serviceStatement(service, deployment)] }),
  }, { ...options, protect: deployment.cloud.protection === 'protected' });
}
