import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import type { ClusterPlace } from './cluster';
import { componentType, type Deployment } from './deployment';
import type { NetworkPlace } from './network';
import { podIdentity, type Statement } from './pod-identity';
import { LOAD_BALANCER_CONTROLLER, NODE_AUTOSCALER, planReleases, releaseArgs, SYSTEM_NAMESPACE } from './release-plan';

/** It binds pods to target groups that exist, and creates nothing: a tenth of the policy that its documentation gives it. */
const loadBalancerController: readonly Statement[] = [
  { Action: ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth', 'elasticloadbalancing:DescribeLoadBalancers', 'elasticloadbalancing:DescribeTags', 'elasticloadbalancing:DescribeTargetGroupAttributes', 'ec2:DescribeAvailabilityZones', 'ec2:DescribeInstances', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'], Resource: '*' },
  { Action: ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'], Resource: 'arn:aws:elasticloadbalancing:*:*:targetgroup/*/*' },
];

/** It sizes the groups of this cluster, and no others. */
function nodeAutoscaler(clusterName: pulumi.Input<string>): readonly Statement[] {
  return [
    { Action: ['autoscaling:DescribeAutoScalingGroups', 'autoscaling:DescribeAutoScalingInstances', 'autoscaling:DescribeLaunchConfigurations', 'autoscaling:DescribeScalingActivities', 'autoscaling:DescribeTags', 'ec2:DescribeImages', 'ec2:DescribeInstanceTypes', 'ec2:DescribeLaunchTemplateVersions', 'ec2:GetInstanceTypesFromInstanceRequirements', 'eks:DescribeNodegroup'], Resource: '*' },
    { Action: ['autoscaling:SetDesiredCapacity', 'autoscaling:TerminateInstanceInAutoScalingGroup'], Resource: '*', Condition: { StringEquals: { 'aws:ResourceTag/eks:cluster-name': clusterName } } },
  ];
}

/** What the platform needs of its cluster: Helm releases, each after the one before it. */
export class Addons extends pulumi.ComponentResource {
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, { platform, cloud }: Deployment, network: NetworkPlace, cluster: ClusterPlace, options: pulumi.ComponentResourceOptions) {
    super(componentType('Addons'), name, {}, options);
    const { name: clusterName, provider } = cluster;
    const identities = [
      podIdentity(LOAD_BALANCER_CONTROLLER, { clusterName, namespace: SYSTEM_NAMESPACE, serviceAccount: LOAD_BALANCER_CONTROLLER, statements: loadBalancerController }, { parent: this }),
      podIdentity(NODE_AUTOSCALER, { clusterName, namespace: SYSTEM_NAMESPACE, serviceAccount: NODE_AUTOSCALER, statements: nodeAutoscaler(clusterName) }, { parent: this }),
    ];
    const { result: grafanaPassword } = new random.RandomPassword('grafana', { length: 40, special: false, keepers: { version: String(cloud.credentialsVersion) } }, { parent: this });
    let previous: readonly pulumi.Resource[] = [...cluster.ready, ...identities];
    this.ready = planReleases(platform, { clusterName, region: cloud.region, vpcId: network.vpcId, grafanaPassword }).map((release) => {
      const installed = new kubernetes.helm.v3.Release(release.name, releaseArgs(release), { parent: this, provider, dependsOn: [...previous] });
      previous = [installed];
      return installed;
    });
    this.registerOutputs({});
  }
}

/** A new cluster's add-ons; an existing cluster has its own. */
export function addonsOf(deployment: Deployment, network: NetworkPlace, cluster: ClusterPlace, options: pulumi.ComponentResourceOptions): readonly pulumi.Resource[] {
  return deployment.cloud.cluster.kind === 'new' ? new Addons('addons', deployment, network, cluster, options).ready : cluster.ready;
}
