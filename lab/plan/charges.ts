import type { RecordedResource } from './recorder';
import { HOURS_PER_MONTH, type Usage } from './usage';

/** What a resource is charged for in a month. */
export type Charge =
  | { readonly kind: 'known'; readonly price: string; readonly quantity: number }
  /** One of several prices, which of them the market decides: the mean counts, the range is said. */
  | { readonly kind: 'market'; readonly prices: readonly string[]; readonly quantity: number }
  /** Depends on what nobody has stated. */
  | { readonly kind: 'unknown'; readonly price: string; readonly what: string };

export interface ChargeContext {
  readonly usage: Usage;
  readonly find: (urn: string | undefined) => RecordedResource | undefined;
}

type Inputs = RecordedResource['inputs'];
type ChargeRule = (resource: RecordedResource, context: ChargeContext) => readonly Charge[];

const known = (price: string, quantity: number): Charge => ({ kind: 'known', price, quantity });
const hourly = (price: string, count = 1): Charge => known(price, count * HOURS_PER_MONTH);
const unknown = (price: string, what: string): Charge => ({ kind: 'unknown', price, what });

const text = (inputs: Inputs, field: string): string => String(inputs[field]);
const number = (value: unknown): number => (typeof value === 'number' ? value : NaN);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const record = (value: unknown): Inputs => (typeof value === 'object' && value !== null ? (value as Inputs) : {});

/** A replica has its primary's storage. */
function storageOf(instance: RecordedResource, { find }: ChargeContext): number {
  const own = instance.inputs['allocatedStorage'];
  return typeof own === 'number' ? own : number(find(instance.propertyDependencies['replicateSourceDb']?.find((urn) => find(urn)?.type === instance.type))?.inputs['allocatedStorage']);
}

const database: ChargeRule = (instance, context) => {
  const placement = instance.inputs['multiAz'] === true ? 'multi-az' : 'single-az';
  return [
    hourly(`rds/${text(instance.inputs, 'instanceClass')}/${placement}`),
    known(`rds/gp3/${placement}`, storageOf(instance, context)),
    unknown('rds/backup', 'backups beyond the size of the storage'),
  ];
};

const nodeGroup: ChargeRule = (group, { find }) => {
  const types = list(group.inputs['instanceTypes']).map(String);
  const nodes = number(record(group.inputs['scalingConfig'])['desiredSize']);
  const template = find(group.propertyDependencies['launchTemplate']?.[0]);
  const diskGiB = number(record(record(list(template?.inputs['blockDeviceMappings'])[0])['ebs'])['volumeSize']);
  const quantity = nodes * HOURS_PER_MONTH;
  const machines: Charge = group.inputs['capacityType'] === 'SPOT' ? { kind: 'market', prices: types.map((type) => `ec2-spot/${type}`), quantity } : known(`ec2/${types[0]}`, quantity);
  return [machines, known('ebs/gp3', nodes * diskGiB)];
};

const endpoint: ChargeRule = ({ inputs }) => (inputs['vpcEndpointType'] === 'Gateway' ? [] : [hourly('endpoint/hour', list(inputs['subnetIds']).length), unknown('endpoint/gb', 'data through endpoints')]);
const logs: ChargeRule = () => [unknown('logs/gb', 'log lines')];

const rules: Readonly<Record<string, ChargeRule>> = {
  'aws:cloudfront/distribution:Distribution': (_, { usage }) => [known('cloudfront/https', usage.requestsPerMonth / 10_000), known('cloudfront/gb', usage.responseGbPerMonth)],
  'aws:cloudwatch/logGroup:LogGroup': logs,
  'aws:cloudwatch/metricAlarm:MetricAlarm': () => [known('cloudwatch/alarm', 1)],
  'aws:ec2/eip:Eip': () => [hourly('ipv4/hour')],
  'aws:ec2/natGateway:NatGateway': () => [hourly('nat/hour'), unknown('nat/gb', 'data through NAT gateways')],
  'aws:ec2/vpc:Vpc': (_, { usage }) => [known('transfer/cross-zone', usage.crossZoneGbPerMonth * 2)],
  'aws:ec2/vpcEndpoint:VpcEndpoint': endpoint,
  'aws:ecr/repository:Repository': () => [unknown('ecr/gb', 'size of images')],
  'aws:eks/cluster:Cluster': () => [hourly('eks/control-plane')],
  'aws:eks/nodeGroup:NodeGroup': nodeGroup,
  'aws:elasticache/replicationGroup:ReplicationGroup': ({ inputs }) => [hourly(`${text(inputs, 'engine')}/${text(inputs, 'nodeType')}`, number(inputs['numCacheClusters']))],
  'aws:kms/key:Key': () => [known('kms/key', 1), unknown('kms/requests', 'requests to keys')],
  'aws:lb/loadBalancer:LoadBalancer': (_, { usage }) => [hourly('nlb/hour'), known('nlb/nlcu', usage.requestGbPerMonth + usage.responseGbPerMonth)],
  'aws:rds/instance:Instance': database,
  'aws:s3/bucket:Bucket': () => [unknown('s3/gb', 'size of assets and access logs')],
  'aws:secretsmanager/secret:Secret': () => [known('secrets-manager/secret', 1)],
  'aws:wafv2/webAcl:WebAcl': ({ inputs }, { usage }) => [known('waf/acl', 1), known('waf/rule', list(inputs['rules']).length), known('waf/requests', usage.requestsPerMonth / 1_000_000)],
};

/** What AWS lists no charge for. What is neither here nor above is unknown. */
const free = [
  /^pulumi:/, /^rechain:/, /^random:/, /^docker-build:/, /^kubernetes:/, /^aws:iam\//, /^aws:vpc\//, /^aws:budgets\//, /^aws:sns\//,
  /^aws:ec2\/(subnet|routeTable|routeTableAssociation|internetGateway|securityGroup|defaultSecurityGroup|launchTemplate|flowLog):/,
  /^aws:eks\/(addon|accessEntry|accessPolicyAssociation|podIdentityAssociation):/,
  /^aws:rds\/(subnetGroup|parameterGroup):/, /^aws:elasticache\/(subnetGroup|parameterGroup):/, /^aws:kms\/alias:/,
  /^aws:ecr\/(lifecyclePolicy|repositoryPolicy):/, /^aws:lb\/(targetGroup|listener):/, /^aws:sqs\//, /^aws:cloudwatch\/(eventRule|eventTarget):/,
  /^aws:cloudfront\/(cachePolicy|originRequestPolicy|responseHeadersPolicy|originAccessControl|vpcOrigin|function):/, /^aws:acm\//, /^aws:route53\//,
  /^aws:s3\/bucket(Policy|PublicAccessBlock|OwnershipControls|Versioning|ServerSideEncryptionConfiguration|LifecycleConfiguration|Logging):/, /^aws:cloudwatch\/logDelivery/, /^aws:secretsmanager\/secretVersion:/,
];

/** Charges of a resource; undefined where nothing is known of its type. */
export function chargesOf(resource: RecordedResource, context: ChargeContext): readonly Charge[] | undefined {
  const rule = rules[resource.type];
  if (rule !== undefined) return rule(resource, context);
  return free.some((pattern) => pattern.test(resource.type)) ? [] : undefined;
}
