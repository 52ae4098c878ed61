import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import type { Alarms } from './alarms';
import { componentType, type Deployment, physicalName } from './deployment';
import { encryptionKey } from './encryption';
import type { NetworkPlace } from './network';

const REDIS_PORT = 6379;

export interface CacheProps {
  readonly network: NetworkPlace;
  readonly clients: Readonly<Record<string, pulumi.Input<string>>>;
  readonly alarms: Alarms;
}

/**
 * What is evicted when memory is full: what would end first. An invalidation is remembered for longer than any entry that it
 * made old could live, so these go before it; by use it would go before them, and what was deleted could come back.
 */
const parameters = [{ name: 'maxmemory-policy', value: 'volatile-ttl' }];

/**
 * A replication group that speaks Redis's protocol (Valkey: four fifths of the price), over TLS with a token, encrypted at rest.
 *
 * Cost (us-east-1, 2026-10): cache.r7g.large 128 USD a month for each node.
 */
export class Cache extends pulumi.ComponentResource {
  /** Secret: it holds the token. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, private readonly deployment: Deployment, private readonly props: CacheProps, options: pulumi.ComponentResourceOptions) {
    super(componentType('Cache'), name, {}, options);
    const token = new random.RandomPassword(name, { length: 64, special: false, keepers: { version: String(deployment.cloud.credentialsVersion) } }, { parent: this });
    const group = this.createGroup(name, token.result);
    this.watch(name, group);
    this.url = pulumi.secret(pulumi.interpolate`rediss://:${token.result}@${group.primaryEndpointAddress}:${REDIS_PORT}`);
    this.registerOutputs({ url: this.url });
  }

  private admitClients(name: string): aws.ec2.SecurityGroup {
    const group = new aws.ec2.SecurityGroup(name, { vpcId: this.props.network.vpcId, description: 'Cache, from the cluster alone', tags: { Name: physicalName(this.deployment, name) } }, { parent: this });
    for (const [client, referencedSecurityGroupId] of Object.entries(this.props.clients)) {
      new aws.vpc.SecurityGroupIngressRule(`${name}-from-${client}`, { securityGroupId: group.id, description: `Redis from ${client}`, ipProtocol: 'tcp', fromPort: REDIS_PORT, toPort: REDIS_PORT, referencedSecurityGroupId }, { parent: this });
    }
    return group;
  }

  private createGroup(name: string, authToken: pulumi.Output<string>): aws.elasticache.ReplicationGroup {
    const { cloud: { cache } } = this.deployment;
    const physical = physicalName(this.deployment, name);
    const several = cache.nodes > 1;
    const family = `valkey${cache.valkeyVersion.split('.')[0]}`;
    const parameterGroup = new aws.elasticache.ParameterGroup(name, { name: `${physical}-${family}`, family, parameters: [...parameters] }, { parent: this });
    const subnetGroup = new aws.elasticache.SubnetGroup(name, { name: physical, subnetIds: [...this.props.network.databaseSubnetIds] }, { parent: this });
    return new aws.elasticache.ReplicationGroup(name, {
      replicationGroupId: physical, description: `Cache of ${this.deployment.platform.name}`,
      engine: 'valkey', engineVersion: cache.valkeyVersion, nodeType: cache.nodeType, numCacheClusters: cache.nodes, port: REDIS_PORT,
      automaticFailoverEnabled: several, multiAzEnabled: several,
      transitEncryptionEnabled: true, transitEncryptionMode: 'required', atRestEncryptionEnabled: true, kmsKeyId: encryptionKey(name, this.deployment, 'none', { parent: this }).arn,
      // The old token is good until the next change: a renewal loses no client.
      authToken, authTokenUpdateStrategy: 'ROTATE',
      parameterGroupName: parameterGroup.name, subnetGroupName: subnetGroup.name, securityGroupIds: [this.admitClients(name).id],
      // A warm cache after a mishap; one snapshot costs nothing.
      snapshotRetentionLimit: 1, snapshotWindow: '03:00-04:00', autoMinorVersionUpgrade: true, applyImmediately: true, maintenanceWindow: 'sun:05:30-sun:06:30',
      tags: { Name: physical },
    }, { parent: this });
  }

  /** ElastiCache measures nodes, which it names by number. */
  private watch(name: string, group: aws.elasticache.ReplicationGroup): void {
    for (let node = 1; node <= this.deployment.cloud.cache.nodes; node++) {
      this.props.alarms.watch(`${name}-memory-${node}`, {
        description: `Node ${node} of the cache is full and evicts`, namespace: 'AWS/ElastiCache', metric: 'DatabaseMemoryUsagePercentage', dimensions: { CacheClusterId: pulumi.interpolate`${group.id}-00${node}` },
        statistic: 'Maximum', comparison: 'GreaterThanThreshold', threshold: 90, minutes: 15,
      }, { parent: this });
    }
  }
}
