import { at } from '../../charts/testing';
import { masked } from './masking';
import { Recording, recordEnvironment } from './testing';

/** What the network and the data stores of the cloud are to each other, as the engine is asked for them. */

let production: Recording;
let staging: Recording;
beforeAll(async () => {
  production = await recordEnvironment('production');
  staging = await recordEnvironment('staging');
});

describe('network', () => {
  test('each zone has its four subnets, none of which gives out public addresses', () => {
    const subnets = production.ofType('Subnet');
    expect(subnets.map(({ inputs }) => [inputs['availabilityZone'], inputs['cidrBlock']])).toHaveLength(12);
    expect(new Set(subnets.map(({ inputs }) => inputs['availabilityZone']))).toEqual(new Set(['us-east-1a', 'us-east-1b', 'us-east-1c']));
    expect(subnets.every(({ inputs }) => inputs['mapPublicIpOnLaunch'] === false)).toBe(true);
  });

  test('NAT gateways stand one a zone in production, once in staging', () => {
    expect(production.ofType('NatGateway')).toHaveLength(3);
    expect(staging.ofType('NatGateway')).toHaveLength(1);
  });

  test('private subnets go out by the NAT gateway of their zone, database subnets go nowhere', () => {
    const routeTableOf = (subnet: string) => {
      const [table] = production.behind(production.one('RouteTableAssociation', subnet), 'routeTableId', 'RouteTable');
      if (table === undefined) throw new Error(`${subnet} has no route table`);
      return table;
    };
    for (const zone of ['us-east-1a', 'us-east-1b', 'us-east-1c']) {
      expect(production.behind(routeTableOf(`private-${zone}`), 'routes', 'NatGateway').map(({ name }) => name)).toEqual([`nat-${zone}`]);
      expect(routeTableOf(`database-${zone}`).inputs['routes']).toEqual([]);
      expect(routeTableOf(`loadBalancer-${zone}`).inputs['routes']).toEqual([]);
      expect(production.behind(routeTableOf(`public-${zone}`), 'routes', 'InternetGateway')).toHaveLength(1);
    }
  });

  test('S3, ECR and Secrets Manager are reached within the VPC; flows are logged', () => {
    expect(production.ofType('VpcEndpoint').map(({ inputs }) => inputs['serviceName']).sort()).toEqual(['ecr.api', 'ecr.dkr', 's3', 'secretsmanager'].map((name) => `com.amazonaws.us-east-1.${name}`));
    expect(production.ofType('FlowLog')[0]?.inputs).toMatchObject({ trafficType: 'ALL' });
  });
});

describe('databases', () => {
  const instances = (recording: Recording) => recording.ofType('Instance');
  const replicas = (recording: Recording) => instances(recording).filter(({ inputs }) => inputs['replicateSourceDb'] !== undefined);

  test('each replica names its primary', () => {
    expect(replicas(production).map(({ name }) => name).sort()).toEqual(['primary-replica-0', 'primary-replica-1']);
    for (const replica of replicas(production)) {
      expect(production.behind(replica, 'replicateSourceDb', 'Instance').map(({ name }) => name)).toEqual(['primary']);
      expect(replica.inputs['replicateSourceDb']).toBe(production.one('Instance', 'primary').inputs['identifier']);
    }
  });

  test('every instance forces TLS and has the connections that the budget counts on', () => {
    for (const instance of instances(production)) {
      const [group] = production.behind(instance, 'parameterGroupName', 'ParameterGroup');
      const parameters = group?.inputs['parameters'] as { name: string; value: string }[];
      expect(parameters).toContainEqual(expect.objectContaining({ name: 'rds.force_ssl', value: '1' }));
      // A standby with fewer than its primary would stop replaying.
      expect(parameters).toContainEqual(expect.objectContaining({ name: 'max_connections', value: instance.name.startsWith('shard') ? '1700' : '3400' }));
    }
  });

  test('each shard has its own subnet group, security group and credentials', () => {
    const shards = instances(production).filter(({ name }) => name.startsWith('shard-'));
    expect(shards).toHaveLength(4);
    for (const [input, type] of [['dbSubnetGroupName', 'SubnetGroup'], ['vpcSecurityGroupIds', 'SecurityGroup']] as const) {
      const owned = shards.map((shard) => production.behind(shard, input, type).map(({ urn }) => urn));
      expect(owned.every((urns) => urns.length === 1)).toBe(true);
      expect(new Set(owned.flat()).size).toBe(shards.length);
    }
    const passwords = shards.map((shard) => production.behind(shard, 'password', 'random:index/randomPassword:RandomPassword').map(({ urn }) => urn));
    expect(new Set(passwords.flat()).size).toBe(shards.length);
  });

  test('production stands by in a second zone, keeps backups and refuses to be deleted; staging can be destroyed', () => {
    expect(production.one('Instance', 'primary')).toMatchObject({ protect: true, inputs: { multiAz: true, deletionProtection: true, backupRetentionPeriod: 14, skipFinalSnapshot: false, finalSnapshotIdentifier: 'rechain-production-primary-final', performanceInsightsEnabled: true, monitoringInterval: 60, iamDatabaseAuthenticationEnabled: true, engineVersion: '17' } });
    expect(staging.one('Instance', 'primary')).toMatchObject({ protect: false, inputs: { multiAz: false, deletionProtection: false, skipFinalSnapshot: true } });
    expect(staging.resources.filter(({ protect }) => protect)).toEqual([]);
  });

  test('the class has the memory that connections are budgeted by', () => {
    expect(Object.fromEntries(instances(production).map(({ name, inputs }) => [name, inputs['instanceClass']]))).toMatchObject({ primary: 'db.r7g.xlarge', 'primary-replica-0': 'db.r7g.large', 'shard-3': 'db.r7g.large' });
    expect(staging.one('Instance', 'primary').inputs['instanceClass']).toBe('db.t4g.medium');
  });
});

describe('cache', () => {
  test('production has TLS, a token and failover over zones; one node of staging cannot fail over', () => {
    const group = production.one('ReplicationGroup', 'cache');
    expect(masked(group.inputs)).toMatchObject({ transitEncryptionEnabled: true, transitEncryptionMode: 'required', authToken: '[secret]', atRestEncryptionEnabled: true, automaticFailoverEnabled: true, multiAzEnabled: true, numCacheClusters: 3 });
    expect(staging.one('ReplicationGroup', 'cache').inputs).toMatchObject({ automaticFailoverEnabled: false, numCacheClusters: 1 });
  });
});

describe('everywhere', () => {
  const open = ({ inputs }: { inputs: Readonly<Record<string, unknown>> }): boolean => inputs['cidrIpv4'] === '0.0.0.0/0' || inputs['cidrIpv6'] === '::/0';

  test('no security group is open to the world; each store admits the cluster alone', () => {
    const rules = production.ofType('SecurityGroupIngressRule');
    expect(rules.filter(open)).toEqual([]);
    expect(production.ofType('SecurityGroup').filter(({ inputs }) => inputs['ingress'] !== undefined)).toEqual([]);
    const stores = rules.filter(({ inputs }) => inputs['fromPort'] === 5432 || inputs['fromPort'] === 6379);
    expect(stores).toHaveLength(6);
    for (const rule of stores) expect(production.behind(rule, 'referencedSecurityGroupId', 'Cluster')).toHaveLength(1);
  });

  test('everything that can be encrypted is, by a key of ours', () => {
    for (const instance of production.ofType('Instance')) {
      expect(instance.inputs).toMatchObject({ storageEncrypted: true });
      for (const input of ['kmsKeyId', 'performanceInsightsKmsKeyId']) expect(production.behind(instance, input, 'Key')).toHaveLength(1);
    }
    const keyOf = (type: string, name: string): string | undefined => production.behind(production.one(type, name), 'kmsKeyId', 'Key')[0]?.name;
    expect([keyOf('Instance', 'primary'), keyOf('Instance', 'primary-replica-0'), keyOf('Instance', 'shard-3'), keyOf('ReplicationGroup', 'cache')]).toEqual(['primary', 'primary', 'shards', 'cache']);
    for (const [type, input] of [['ReplicationGroup', 'kmsKeyId'], ['LogGroup', 'kmsKeyId'], ['Topic', 'kmsMasterKeyId'], ['Cluster', 'encryptionConfig']] as const) {
      const all = production.ofType(type);
      expect(all.length).toBeGreaterThan(0);
      for (const resource of all) expect(production.behind(resource, input, 'Key')).toHaveLength(1);
    }
    for (const template of production.ofType('LaunchTemplate')) expect(at(template.inputs, 'blockDeviceMappings.0.ebs.encrypted')).toBe('true');
    expect(production.ofType('Key').every(({ inputs }) => inputs['enableKeyRotation'] === true)).toBe(true);
  });

  test('every alarm has its target, and every replica an alarm on its lag', () => {
    const alarms = production.ofType('MetricAlarm');
    for (const alarm of alarms) {
      expect(production.behind(alarm, 'alarmActions', 'Topic').map(({ name }) => name)).toEqual(['alarms']);
      expect(alarm.inputs['alarmActions']).toHaveLength(1);
    }
    const lag = alarms.filter(({ inputs }) => inputs['metricName'] === 'ReplicaLag');
    expect(lag.flatMap((alarm) => production.behind(alarm, 'dimensions', 'Instance').map(({ name }) => name)).sort()).toEqual(['primary-replica-0', 'primary-replica-1']);
    expect(production.one('TopicSubscription', 'alarms').inputs).toMatchObject({ protocol: 'email', endpoint: 'alarms@example.com' });
  });
});
