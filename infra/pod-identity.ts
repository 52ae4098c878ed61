import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { trustOf } from './trust';

/** One statement of an IAM policy. */
export interface Statement {
  readonly Action: readonly string[];
  readonly Resource: pulumi.Input<string>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>>;
}

export interface PodIdentityProps {
  readonly clusterName: pulumi.Input<string>;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly statements: readonly Statement[];
}

/** What pods of a service account may do on AWS, without a key: EKS Pod Identity. */
export function podIdentity(name: string, { clusterName, namespace, serviceAccount, statements }: PodIdentityProps, options: pulumi.CustomResourceOptions): aws.eks.PodIdentityAssociation {
  const role = new aws.iam.Role(name, { assumeRolePolicy: trustOf('pods.eks.amazonaws.com') }, options);
  const policy = new aws.iam.RolePolicy(name, { role: role.id, policy: pulumi.jsonStringify({ Version: '2012-10-17', Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })) }) }, options);
  return new aws.eks.PodIdentityAssociation(name, { clusterName, namespace, serviceAccount, roleArn: role.arn }, { ...options, dependsOn: [policy] });
}
