import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import type { InstanceRole } from '../platform/connections';
import type { Alarms } from './alarms';
import { type InstancePlan, planInstance } from './database-plan';
import { componentType, type Deployment, physicalName } from './deployment';
import { encryptionKey } from './encryption';
import type { NetworkPlace } from './network';

const POSTGRES_PORT = 5432;
/** Of the RDS authorities, the one whose root lasts until 2061. */
const CERTIFICATE_AUTHORITY = 'rds-ca-rsa2048-g1';
const DATABASE_NAME = 'app';
const USER_NAME = 'app';

export interface DatabaseProps {
  readonly role: Exclude<InstanceRole, 'replicas'>;
  readonly replicas: number;
  readonly network: NetworkPlace;
  /** Security groups that may connect, by what they are. */
  readonly clients: Readonly<Record<string, pulumi.Input<string>>>;
  /** Shards share one key: a hundred would cost as much as an instance, and stand for one kind of data. */
  readonly encryption: { readonly kind: 'own' } | { readonly kind: 'shared'; readonly keyArn: pulumi.Input<string> };
  readonly alarms: Alarms;
}

/**
 * A Postgres primary and its read replicas, with subnet group, security group, parameters, credentials and alarms of its own.
 * Only the cluster's pods reach it, only over TLS. The password is generated, since RDS's own cannot be combined with replicas;
 * it is renewed by counting `credentialsVersion` up in the catalog.
 *
 * Cost (us-east-1, 2026-09): db.r7g.xlarge 349 USD a month, twice that with a standby; gp3 0.115 USD a GB and month, twice as well.
 */
export class Database extends pulumi.ComponentResource {
  /** Secret: it holds the password. */
  readonly url: pulumi.Output<string>;
  /** Secret, in the order of the replicas. */
  readonly replicaUrls: readonly pulumi.Output<string>[];
  private readonly keyArn: pulumi.Input<string>;
  private readonly subnetGroup: aws.rds.SubnetGroup;
  private readonly securityGroup: aws.ec2.SecurityGroup;
  private readonly password: random.RandomPassword;

  constructor(private readonly name: string, private readonly deployment: Deployment, private readonly props: DatabaseProps, options: pulumi.ComponentResourceOptions) {
    super(componentType('Database'), name, {}, options);
    this.keyArn = props.encryption.kind === 'own' ? encryptionKey(name, deployment, 'none', { parent: this }).arn : props.encryption.keyArn;
    this.subnetGroup = new aws.rds.SubnetGroup(name, { name: this.physical(name), subnetIds: [...props.network.databaseSubnetIds] }, { parent: this });
    this.securityGroup = this.admitClients();
    this.password = this.generatePassword();
    const primary = this.createPrimary();
    this.url = this.urlOf(primary);
    this.replicaUrls = this.createReplicas(primary).map((replica) => this.urlOf(replica));
    this.registerOutputs({ url: this.url });
  }

  private physical(name: string): string {
    return physicalName(this.deployment, name);
  }

  private get protected(): boolean {
    return this.deployment.cloud.protection === 'protected';
  }

  private admitClients(): aws.ec2.SecurityGroup {
    const { name, props } = this;
    const group = new aws.ec2.SecurityGroup(name, { vpcId: props.network.vpcId, description: `Postgres ${name}, from the cluster alone`, tags: { Name: this.physical(name) } }, { parent: this });
    for (const [client, referencedSecurityGroupId] of Object.entries(props.clients)) {
      new aws.vpc.SecurityGroupIngressRule(`${name}-from-${client}`, { securityGroupId: group.id, description: `Postgres from ${client}`, ipProtocol: 'tcp', fromPort: POSTGRES_PORT, toPort: POSTGRES_PORT, referencedSecurityGroupId }, { parent: this });
    }
    return group;
  }

  /** Letters and digits: the password stands in a URL. */
  private generatePassword(): random.RandomPassword {
    return new random.RandomPassword(this.name, { length: 40, special: false, keepers: { version: String(this.deployment.cloud.credentialsVersion) } }, { parent: this });
  }

  private createParameters(name: string, { parameterFamily, parameters }: InstancePlan): aws.rds.ParameterGroup {
    return new aws.rds.ParameterGroup(name, { name: this.physical(`${name}-${parameterFamily}`), family: parameterFamily, parameters: parameters.map((parameter) => ({ ...parameter })) }, { parent: this });
  }

  private instanceArgs(name: string, plan: InstancePlan): aws.rds.InstanceArgs {
    return {
      identifier: this.physical(name),
      instanceClass: plan.instanceClass,
      parameterGroupName: this.createParameters(name, plan).name,
      multiAz: plan.multiAz,
      storageType: 'gp3', maxAllocatedStorage: plan.maximumStorageGiB, storageEncrypted: true, kmsKeyId: this.keyArn,
      vpcSecurityGroupIds: [this.securityGroup.id], publiclyAccessible: false, caCertIdentifier: CERTIFICATE_AUTHORITY,
      performanceInsightsEnabled: true, performanceInsightsKmsKeyId: this.keyArn, performanceInsightsRetentionPeriod: 7, enabledCloudwatchLogsExports: ['postgresql', 'upgrade'],
      monitoringInterval: 60, monitoringRoleArn: this.props.alarms.monitoringRoleArn, iamDatabaseAuthenticationEnabled: true,
      autoMinorVersionUpgrade: true, copyTagsToSnapshot: true, deletionProtection: this.protected,
      tags: { Name: this.physical(name), 'rechain:role': this.props.role },
    };
  }

  private createPrimary(): aws.rds.Instance {
    const { name, props: { role }, deployment: { platform, cloud } } = this;
    const plan = planInstance(role, platform, cloud);
    const primary = new aws.rds.Instance(name, {
      ...this.instanceArgs(name, plan),
      engine: 'postgres', engineVersion: plan.engineVersion, allocatedStorage: plan.storageGiB,
      dbName: DATABASE_NAME, username: USER_NAME, password: this.password.result, dbSubnetGroupName: this.subnetGroup.name,
      backupRetentionPeriod: cloud.databases.backupRetentionDays, backupWindow: '03:00-04:00', maintenanceWindow: 'sun:04:30-sun:05:30',
      skipFinalSnapshot: !this.protected, ...(this.protected && { finalSnapshotIdentifier: this.physical(`${name}-final`) }),
    }, { parent: this, protect: this.protected });
    this.watch(name, primary, plan);
    return primary;
  }

  private createReplicas(primary: aws.rds.Instance): readonly aws.rds.Instance[] {
    const { deployment: { platform, cloud }, props: { replicas, alarms } } = this;
    return Array.from({ length: replicas }, (_, index) => {
      const name = `${this.name}-replica-${index}`;
      const plan = planInstance('replicas', platform, cloud);
      // Nothing is lost with a replica: it has no backup, no final snapshot.
      const replica = new aws.rds.Instance(name, { ...this.instanceArgs(name, plan), replicateSourceDb: primary.identifier, backupRetentionPeriod: 0, skipFinalSnapshot: true }, { parent: this, protect: this.protected });
      this.watch(name, replica, plan);
      alarms.watch(`${name}-lag`, {
        description: `${name} is behind its primary: reads that must see their own write go to the primary`, namespace: 'AWS/RDS', metric: 'ReplicaLag', dimensions: { DBInstanceIdentifier: replica.identifier },
        statistic: 'Maximum', comparison: 'GreaterThanThreshold', threshold: cloud.databases.replicaLagAlarmSeconds, minutes: 3,
      }, { parent: this });
      return replica;
    });
  }

  private watch(name: string, instance: aws.rds.Instance, { freeStorageAlarmBytes, connectionsAlarm }: InstancePlan): void {
    const common = { namespace: 'AWS/RDS', dimensions: { DBInstanceIdentifier: instance.identifier }, minutes: 5 } as const;
    this.props.alarms.watch(`${name}-storage`, { ...common, description: `${name} has less than a tenth of its storage left`, metric: 'FreeStorageSpace', statistic: 'Minimum', comparison: 'LessThanThreshold', threshold: freeStorageAlarmBytes }, { parent: this });
    this.props.alarms.watch(`${name}-connections`, { ...common, description: `${name} is about to refuse connections`, metric: 'DatabaseConnections', statistic: 'Maximum', comparison: 'GreaterThanThreshold', threshold: connectionsAlarm }, { parent: this });
  }

  /** No `sslmode`: it would override the certificate authority that services verify against. */
  private urlOf(instance: aws.rds.Instance): pulumi.Output<string> {
    return pulumi.secret(pulumi.interpolate`postgres://${USER_NAME}:${this.password.result}@${instance.address}:${POSTGRES_PORT}/${DATABASE_NAME}`);
  }
}
