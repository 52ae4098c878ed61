import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { componentType, type Deployment, physicalName } from './deployment';
import { encryptionKey } from './encryption';
import { natZones, planSubnets, type ZoneSubnets } from './subnet-plan';

/** Where everything else stands: made by Network, or that of an existing cluster. */
export interface NetworkPlace {
  readonly vpcId: pulumi.Input<string>;
  readonly privateSubnetIds: readonly pulumi.Input<string>[];
  readonly loadBalancerSubnetIds: readonly pulumi.Input<string>[];
  readonly databaseSubnetIds: readonly pulumi.Input<string>[];
  /** The ways out. Nodes come after them and go before them: what runs there must reach AWS until the end. */
  readonly ready: readonly pulumi.Resource[];
}

/** AWS's own services that pods call without leaving the VPC. */
const interfaceEndpoints = ['ecr.api', 'ecr.dkr', 'secretsmanager'] as const;

/**
 * A VPC over the catalog's zones: public subnets for NAT alone, those of load balancers, private ones for nodes, isolated ones
 * for databases; endpoints, flow logs.
 *
 * Cost (us-east-1, 2026-09): a NAT gateway 33 USD a month and 0.045 USD a GB; an interface endpoint 7.30 USD a month and zone;
 * traffic between zones 0.01 USD a GB each way.
 */
export class Network extends pulumi.ComponentResource implements NetworkPlace {
  readonly vpcId: pulumi.Output<string>;
  readonly privateSubnetIds: readonly pulumi.Output<string>[];
  readonly loadBalancerSubnetIds: readonly pulumi.Output<string>[];
  readonly databaseSubnetIds: readonly pulumi.Output<string>[];
  readonly ready: pulumi.Resource[] = [];
  private readonly zones: readonly ZoneSubnets[];

  constructor(name: string, private readonly deployment: Deployment, options: pulumi.ComponentResourceOptions) {
    super(componentType('Network'), name, {}, options);
    const { platform: { network }, cloud } = deployment;
    this.zones = planSubnets({ ...network, zones: cloud.zones });
    const vpc = this.createVpc();
    this.vpcId = vpc.id;
    const internet = this.createInternetRoute();
    const outbound = this.createOutboundRoutes(internet);
    // The load balancer is an internal one behind the CDN; without a CDN it is on the Internet itself.
    const isolated = this.createRouteTable('isolated', []);
    this.loadBalancerSubnetIds = this.createSubnets('loadBalancer', () => (deployment.platform.data.cdn.kind === 'none' ? internet : isolated), { 'kubernetes.io/role/internal-elb': '1' });
    this.privateSubnetIds = this.createSubnets('private', (zone) => outbound.get(zone) ?? isolated, {});
    this.databaseSubnetIds = this.createSubnets('database', () => isolated, {});
    this.createEndpoints([isolated, ...outbound.values()]);
    this.createFlowLogs();
    this.closeDefaultSecurityGroup();
    this.registerOutputs({ vpcId: this.vpcId });
  }

  private tags(name: string): Record<string, string> {
    return { Name: physicalName(this.deployment, name) };
  }

  private createVpc(): aws.ec2.Vpc {
    return new aws.ec2.Vpc('vpc', { cidrBlock: this.deployment.platform.network.vpc, enableDnsSupport: true, enableDnsHostnames: true, tags: this.tags('vpc') }, { parent: this });
  }

  private createRouteTable(name: string, routes: readonly aws.types.input.ec2.RouteTableRoute[]): aws.ec2.RouteTable {
    return new aws.ec2.RouteTable(name, { vpcId: this.vpcId, routes: [...routes], tags: this.tags(name) }, { parent: this });
  }

  private createInternetRoute(): aws.ec2.RouteTable {
    const gateway = new aws.ec2.InternetGateway('internet', { vpcId: this.vpcId, tags: this.tags('internet') }, { parent: this });
    return this.createRouteTable('internet', [{ cidrBlock: '0.0.0.0/0', gatewayId: gateway.id }]);
  }

  private createSubnets(tier: Exclude<keyof ZoneSubnets, 'zone'>, routeTableOf: (zone: string) => aws.ec2.RouteTable, tags: Readonly<Record<string, string>>): pulumi.Output<string>[] {
    return this.zones.map((subnets) => {
      const name = `${tier}-${subnets.zone}`;
      const subnet = new aws.ec2.Subnet(name, { vpcId: this.vpcId, availabilityZone: subnets.zone, cidrBlock: subnets[tier], mapPublicIpOnLaunch: false, tags: { ...this.tags(name), ...tags } }, { parent: this });
      const association = new aws.ec2.RouteTableAssociation(name, { subnetId: subnet.id, routeTableId: routeTableOf(subnets.zone).id }, { parent: this });
      this.ready.push(association);
      return subnet.id;
    });
  }

  /** The route table that each zone's nodes go out by. */
  private createOutboundRoutes(internet: aws.ec2.RouteTable): ReadonlyMap<string, aws.ec2.RouteTable> {
    const publicSubnets = this.createSubnets('public', () => internet, {});
    const natZoneOf = natZones(this.deployment.cloud.zones, this.deployment.cloud.natGateways);
    const tables = new Map([...new Set(natZoneOf.values())].map((zone) => [zone, this.createNat(zone, publicSubnets[this.deployment.cloud.zones.indexOf(zone)], internet)]));
    return new Map([...natZoneOf].flatMap(([zone, natZone]) => {
      const table = tables.get(natZone);
      return table === undefined ? [] : [[zone, table] as const];
    }));
  }

  private createNat(zone: string, subnetId: pulumi.Output<string> | undefined, internet: aws.ec2.RouteTable): aws.ec2.RouteTable {
    if (subnetId === undefined) throw new Error(`zone ${zone} has no public subnet`);
    const name = `nat-${zone}`;
    const address = new aws.ec2.Eip(name, { domain: 'vpc', tags: this.tags(name) }, { parent: this });
    // The public route first: a NAT gateway without it comes up and sends nothing.
    const gateway = new aws.ec2.NatGateway(name, { subnetId, allocationId: address.id, tags: this.tags(name) }, { parent: this, dependsOn: [internet] });
    return this.createRouteTable(`outbound-${zone}`, [{ cidrBlock: '0.0.0.0/0', natGatewayId: gateway.id }]);
  }

  private createEndpoints(routeTables: readonly aws.ec2.RouteTable[]): void {
    const { cloud: { region }, platform: { network } } = this.deployment;
    const service = (name: string): string => `com.amazonaws.${region}.${name}`;
    const gateway = new aws.ec2.VpcEndpoint('s3', { vpcId: this.vpcId, serviceName: service('s3'), vpcEndpointType: 'Gateway', routeTableIds: [...new Set(routeTables)].map(({ id }) => id), tags: this.tags('s3') }, { parent: this });
    const group = new aws.ec2.SecurityGroup('endpoints', { vpcId: this.vpcId, description: 'Endpoints of AWS services, from within the VPC', tags: this.tags('endpoints') }, { parent: this });
    new aws.vpc.SecurityGroupIngressRule('endpoints', { securityGroupId: group.id, description: 'HTTPS from the VPC', ipProtocol: 'tcp', fromPort: 443, toPort: 443, cidrIpv4: network.vpc }, { parent: this });
    this.ready.push(gateway);
    for (const name of interfaceEndpoints) {
      const endpoint = new aws.ec2.VpcEndpoint(name, { vpcId: this.vpcId, serviceName: service(name), vpcEndpointType: 'Interface', privateDnsEnabled: true, subnetIds: [...this.privateSubnetIds], securityGroupIds: [group.id], tags: this.tags(name) }, { parent: this });
      this.ready.push(endpoint);
    }
  }

  private createFlowLogs(): void {
    const { cloud } = this.deployment;
    const key = encryptionKey('logs', this.deployment, 'logs', { parent: this });
    const group = new aws.cloudwatch.LogGroup('flow-logs', { retentionInDays: cloud.logRetentionDays, kmsKeyId: key.arn, tags: this.tags('flow-logs') }, { parent: this });
    const role = new aws.iam.Role('flow-logs', {
      assumeRolePolicy: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'vpc-flow-logs.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': this.deployment.accountId } } }] }),
    }, { parent: this });
    new aws.iam.RolePolicy('flow-logs', {
      role: role.id,
      policy: pulumi.jsonStringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogGroups', 'logs:DescribeLogStreams'], Resource: [group.arn, pulumi.interpolate`${group.arn}:*`] }] }),
    }, { parent: this });
    new aws.ec2.FlowLog('flow-logs', { vpcId: this.vpcId, trafficType: 'ALL', logDestinationType: 'cloud-watch-logs', logDestination: group.arn, iamRoleArn: role.arn, tags: this.tags('flow-logs') }, { parent: this });
  }

  /** AWS gives every VPC a group in which everything talks to everything: it is emptied. */
  private closeDefaultSecurityGroup(): void {
    new aws.ec2.DefaultSecurityGroup('default', { vpcId: this.vpcId, ingress: [], egress: [], tags: this.tags('default-closed') }, { parent: this });
  }
}

/** The network of the catalog's choice: a new one, or that of the existing cluster. */
export function networkOf(deployment: Deployment, options: pulumi.ComponentResourceOptions): NetworkPlace {
  const { cluster } = deployment.cloud;
  if (cluster.kind === 'new') return new Network('network', deployment, options);
  const { vpcId, loadBalancerSubnetIds, databaseSubnetIds } = cluster;
  return { vpcId, loadBalancerSubnetIds, databaseSubnetIds, privateSubnetIds: [], ready: [] };
}
