import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { SERVICE_PORT } from '../charts/constructs/names';
import type { ClusterPlace } from './cluster';
import { componentType, type Deployment, physicalName } from './deployment';
import type { NetworkPlace } from './network';

/** AWS keeps this list of the CDN's edges, in every region under another identifier. */
const EDGES = 'com.amazonaws.global.cloudfront.origin-facing';

/**
 * The network load balancer before the gateway: inside the VPC behind the CDN, which alone may reach it; without a CDN on the
 * Internet, and then the only thing that is. It exists before any pod, so that nothing waits for a controller to make it.
 *
 * Cost (2026-09): 16 USD a month and 0.006 USD for each GB.
 */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  readonly targetGroupArn: pulumi.Output<string>;
  private readonly behindCdn: boolean;

  constructor(private readonly name: string, private readonly deployment: Deployment, private readonly network: NetworkPlace, cluster: ClusterPlace, options: pulumi.ComponentResourceOptions) {
    super(componentType('LoadBalancer'), name, {}, options);
    this.behindCdn = deployment.platform.data.cdn.kind === 'cloudfront';
    const group = this.createSecurityGroup();
    const balancer = new aws.lb.LoadBalancer(name, {
      loadBalancerType: 'network', internal: this.behindCdn, subnets: [...network.loadBalancerSubnetIds], securityGroups: [group.id],
      enableCrossZoneLoadBalancing: true, enableDeletionProtection: deployment.cloud.protection === 'protected', tags: { Name: physicalName(deployment, name) },
    }, { parent: this, protect: deployment.cloud.protection === 'protected' });
    const targets = this.createTargetGroup();
    new aws.lb.Listener(name, { loadBalancerArn: balancer.arn, port: SERVICE_PORT, protocol: 'TCP', defaultActions: [{ type: 'forward', targetGroupArn: targets.arn }] }, { parent: this });
    this.admitToPods(group, cluster.securityGroupId);
    this.arn = balancer.arn;
    this.dnsName = balancer.dnsName;
    this.targetGroupArn = targets.arn;
    this.registerOutputs({ dnsName: this.dnsName });
  }

  private createSecurityGroup(): aws.ec2.SecurityGroup {
    const { name, network, deployment } = this;
    const group = new aws.ec2.SecurityGroup(name, { vpcId: network.vpcId, description: 'Load balancer of the gateway', tags: { Name: physicalName(deployment, name) } }, { parent: this });
    const source = this.behindCdn ? { prefixListId: aws.ec2.getManagedPrefixListOutput({ name: EDGES }, { parent: this }).id } : { cidrIpv4: '0.0.0.0/0' };
    new aws.vpc.SecurityGroupIngressRule(name, { securityGroupId: group.id, description: this.behindCdn ? 'HTTP from the CDN' : 'HTTP from the Internet', ipProtocol: 'tcp', fromPort: SERVICE_PORT, toPort: SERVICE_PORT, ...source }, { parent: this });
    return group;
  }

  private createTargetGroup(): aws.lb.TargetGroup {
    const { name, network, deployment: { platform: { gateway } } } = this;
    return new aws.lb.TargetGroup(name, {
      vpcId: network.vpcId, targetType: 'ip', port: gateway.port, protocol: 'TCP', deregistrationDelay: 30,
      // nginx sees the load balancer's own address, and believes X-Forwarded-For from its subnets only.
      preserveClientIp: 'false',
      tags: { Name: physicalName(this.deployment, name) },
      healthCheck: { protocol: 'HTTP', path: '/health', port: 'traffic-port', interval: 10, healthyThreshold: 2, unhealthyThreshold: 2 },
    }, { parent: this });
  }

  private admitToPods(group: aws.ec2.SecurityGroup, podSecurityGroupId: pulumi.Input<string>): void {
    const { port } = this.deployment.platform.gateway;
    const common = { description: 'Gateway and its health check', ipProtocol: 'tcp', fromPort: port, toPort: port };
    new aws.vpc.SecurityGroupEgressRule(this.name, { ...common, securityGroupId: group.id, referencedSecurityGroupId: podSecurityGroupId }, { parent: this });
    new aws.vpc.SecurityGroupIngressRule(`${this.name}-to-pods`, { ...common, securityGroupId: podSecurityGroupId, referencedSecurityGroupId: group.id }, { parent: this });
  }
}
