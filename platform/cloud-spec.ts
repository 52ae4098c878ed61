import { z } from 'zod';
import { cacheNodeTypes, databaseFamilies, type DatabaseFamily, kubernetesVersions, type KubernetesVersion, postgresVersions, type Region, regionZones, valkeyVersions } from './aws-capabilities';
import { addressBlock, dnsLabel, percent, whole } from './fields';

/** The cloud under an environment: what is chosen for it, never a secret. */

/** The names of a table, as zod wants them: at least one. */
function oneOf<T extends string>(names: readonly T[], remedy: string) {
  return z.enum(names as readonly [T, ...T[]], remedy);
}

const keysOf = <T extends string>(table: Readonly<Record<T, unknown>>): T[] => Object.keys(table) as T[];

const awsId = (prefix: string) => z.string().refine((value) => new RegExp(`^${prefix}-[0-9a-f]{8,17}$`).test(value), { error: `Look it up in the account: an identifier begins with ${prefix}-.`, params: { limit: `${prefix}-<8 to 17 hex digits>` } });

const nodes = z.strictObject({
  /** EC2 instance types of platform/aws-capabilities.ts, of one architecture. The first sizes the group; spot wants several, so that one that runs out does not stop it. */
  instanceTypes: z.array(z.string()).min(1, 'Name at least one instance type.'),
  /** Disk of each node, GiB. */
  diskGiB: whole(20, 1_000, 'Images and logs need 20 GiB or more.'),
});

const newCluster = z.strictObject({
  kind: z.literal('new'),
  kubernetesVersion: oneOf<KubernetesVersion>(keysOf(kubernetesVersions), 'Take a version in standard support: the price and the add-ons are known for these.'),
  /** Who may reach the API server from the Internet, beside the VPC: an office, a VPN, the CI. Empty: nobody, and what deploys must be within the VPC. */
  publicAccess: z.array(addressBlock),
  /** IAM roles that administer the cluster, by ARN. */
  administrators: z.array(z.string().regex(/^arn:aws:iam::\d{12}:role\/.+$/, 'Give the ARN of an IAM role.')),
  /** For critical services, the gateway and add-ons. */
  onDemand: nodes,
  /** For flexible services. */
  spot: nodes,
});

/** A cluster that is there, with its add-ons; its network as well, since databases must be near their pods. The catalog's `network` describes its VPC. */
const existingCluster = z.strictObject({
  kind: z.literal('existing'),
  kubeconfigContext: z.string().min(1, 'Name a context of the kubeconfig.'),
  /** The EKS name, for pod identities. */
  clusterName: z.string().min(1, 'Name the EKS cluster.'),
  vpcId: awsId('vpc'),
  databaseSubnetIds: z.array(awsId('subnet')).min(2, 'RDS asks for subnets in two zones.'),
  loadBalancerSubnetIds: z.array(awsId('subnet')).min(2, 'Name subnets in two zones.'),
  /** The security group that its pods connect from. */
  podSecurityGroupId: awsId('sg'),
});

const databases = z.strictObject({
  postgresVersion: oneOf(postgresVersions, 'Take a version that RDS creates and supports.'),
  /** Families of instance classes; the class is the one with the memory that `data` states. */
  primaryFamily: oneOf<DatabaseFamily>(keysOf(databaseFamilies), 'Take a family whose sizes and prices are known.'),
  replicaFamily: oneOf<DatabaseFamily>(keysOf(databaseFamilies), 'Take a family whose sizes and prices are known.'),
  shardFamily: oneOf<DatabaseFamily>(keysOf(databaseFamilies), 'Take a family whose sizes and prices are known.'),
  /** A standby in a second zone for the primary and each shard: twice the price. */
  multiAz: z.boolean('Say true or false.'),
  /** Storage of each instance, GiB; grows by itself up to four times. */
  storageGiB: whole(20, 16_384, 'gp3 begins at 20 GiB.'),
  backupRetentionDays: whole(1, 35, 'Replicas need backups; RDS keeps 35 days at most.'),
  /** A replica this far behind alarms, seconds. */
  replicaLagAlarmSeconds: whole(1, 3_600, 'Give seconds.'),
});

const cache = z.strictObject({
  nodeType: oneOf(cacheNodeTypes, 'Take a node type whose price is known.'),
  valkeyVersion: oneOf(valkeyVersions, 'Take a version that ElastiCache creates.'),
  /** Primary and replicas together; from 2 on they fail over by themselves. */
  nodes: whole(1, 6, 'A replication group has 1 to 6 nodes.'),
});

const domain = z.discriminatedUnion('kind', [
  /** The distribution's own name, under CloudFront's certificate. */
  z.strictObject({ kind: z.literal('none') }),
  /** The gateway's host, with a certificate validated in this hosted zone of Route 53. */
  z.strictObject({ kind: z.literal('route53'), hostedZoneId: z.string().regex(/^Z[A-Z0-9]{5,31}$/, 'Give the hosted zone’s identifier.') }),
]);

const firewall = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** AWS’s common rules, and a limit for each address. */
  z.strictObject({ kind: z.literal('managed-rules'), requestsPerFiveMinutes: whole(100, 2_000_000, 'WAF counts at least 100.') }),
]);

const aws = z.strictObject({
  kind: z.literal('aws'),
  region: oneOf<Region>(keysOf(regionZones), 'Take a region whose zones are known.'),
  /** The catalog's blocks of load balancers and databases are given to zones in this order. */
  zones: z.array(z.string()).min(2, 'EKS and RDS ask for two zones.'),
  /** `one` saves money, and takes every zone off the Internet with its own; `per-zone` does not. */
  natGateways: z.enum(['one', 'per-zone']),
  logRetentionDays: z.literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365], 'CloudWatch keeps logs for one of these.'),
  cluster: z.discriminatedUnion('kind', [newCluster, existingCluster]),
  databases,
  cache,
  domain,
  firewall,
  /** Clients with an API key: each gets one, generated, and its tier. */
  apiClients: z.array(z.strictObject({ name: dnsLabel, tier: z.enum(['standard', 'premium']) })),
  /** Counted up, it renews every generated password and token, and rolls the pods that hold them. */
  credentialsVersion: whole(1, 1_000_000, 'Count up from 1.'),
  /** Whether what holds data refuses to be deleted. */
  protection: z.enum(['protected', 'disposable']),
  budget: z.strictObject({ monthlyUsd: whole(1, 10_000_000, 'Give whole dollars.'), alarmPercents: z.array(percent).min(1, 'A budget without an alarm stops nothing.') }),
});

export const cloudSchema = z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('none') }), aws]);

export type CloudSpec = z.output<typeof cloudSchema>;
export type AwsSpec = z.output<typeof aws>;
export type ClusterSpec = AwsSpec['cluster'];
export type NewClusterSpec = z.output<typeof newCluster>;
