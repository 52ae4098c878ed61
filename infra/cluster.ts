import * as aws from '@pulumi/aws';
import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { CAPACITY_KEY } from '../charts/constructs/names';
import { instanceTypes } from '../platform/aws-capabilities';
import type { NewClusterSpec } from '../platform/cloud-spec';
import { componentType, type Deployment, physicalName } from './deployment';
import { encryptionKey } from './encryption';
import type { NetworkPlace } from './network';
import { type NodeGroupPlan, planNodes } from './node-group-plan';
import { NETWORK_RELEASE, releaseArgs } from './release-plan';
import { trustOf } from './trust';

/** A cluster that workloads can be applied to: made by Cluster, or one that exists. */
export interface ClusterPlace {
  readonly name: pulumi.Input<string>;
  /** The security group that pods connect from. */
  readonly securityGroupId: pulumi.Input<string>;
  readonly provider: kubernetes.Provider;
  /** Workloads wait for these. */
  readonly ready: readonly pulumi.Resource[];
}

const AWS_POLICIES = 'arn:aws:iam::aws:policy';
const NODE_POLICIES = ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly', 'AmazonEKS_CNI_Policy'] as const;
const ADMINISTRATOR_POLICY = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
const CONTROL_PLANE_LOGS = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];
/** Alone in the managed set: nodes are not ready without them, and EKS tests them with each version. The network is a Helm release (addons.ts). */
const MANAGED_ADD_ONS = ['kube-proxy', 'coredns', 'eks-pod-identity-agent'] as const;

/**
 * EKS with its API server inside the VPC (and open to the catalog's blocks, if any), secrets encrypted by a key of our own, every
 * control-plane log, access by entries, identities for pods; an on-demand node group, and a spot group that only flexible services
 * tolerate. The autoscaler owns their sizes after creation.
 *
 * Cost (us-east-1, 2026-09): 73 USD a month for the control plane; m6i.xlarge 140 USD a month, as spot 49 to 63 USD.
 */
export class Cluster extends pulumi.ComponentResource implements ClusterPlace {
  readonly name: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  readonly provider: kubernetes.Provider;
  readonly ready: readonly pulumi.Resource[];
  private readonly cluster: aws.eks.Cluster;

  constructor(name: string, private readonly deployment: Deployment, private readonly spec: NewClusterSpec, private readonly network: NetworkPlace, options: pulumi.ComponentResourceOptions) {
    super(componentType('Cluster'), name, {}, options);
    this.cluster = this.createControlPlane(name);
    this.name = this.cluster.name;
    this.securityGroupId = this.cluster.vpcConfig.clusterSecurityGroupId;
    this.provider = this.createProvider(name);
    const access = spec.administrators.map((role, index) => this.admit(role, index));
    const groups = this.createNodeGroups([this.installNetwork()]);
    this.ready = [...access, ...groups, ...this.createManagedAddOns(groups)];
    this.registerOutputs({ name: this.name });
  }

  private createControlPlane(name: string): aws.eks.Cluster {
    const { deployment, spec, network } = this;
    const clusterName = physicalName(deployment, name);
    const { role, policies } = this.createRole(name, 'eks.amazonaws.com', ['AmazonEKSClusterPolicy']);
    const key = encryptionKey('cluster', deployment, 'none', { parent: this });
    const mayEncrypt = new aws.iam.RolePolicy(name, { role: role.id, policy: pulumi.jsonStringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ListGrants', 'kms:DescribeKey'], Resource: key.arn }] }) }, { parent: this });
    const logKey = encryptionKey('cluster-logs', deployment, 'logs', { parent: this });
    const logs = new aws.cloudwatch.LogGroup('cluster', { name: `/aws/eks/${clusterName}/cluster`, retentionInDays: deployment.cloud.logRetentionDays, kmsKeyId: logKey.arn }, { parent: this });
    const publicAccess = spec.publicAccess.length > 0;
    return new aws.eks.Cluster(name, {
      name: clusterName, version: spec.kubernetesVersion, roleArn: role.arn,
      vpcConfig: { subnetIds: [...network.privateSubnetIds], endpointPrivateAccess: true, endpointPublicAccess: publicAccess, ...(publicAccess && { publicAccessCidrs: spec.publicAccess }) },
      encryptionConfig: { provider: { keyArn: key.arn }, resources: ['secrets'] },
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: true },
      // A cluster that falls into extended support costs six times as much: it is upgraded instead.
      upgradePolicy: { supportType: 'STANDARD' },
      enabledClusterLogTypes: CONTROL_PLANE_LOGS, bootstrapSelfManagedAddons: false, deletionProtection: deployment.cloud.protection === 'protected',
    }, { parent: this, dependsOn: [logs, mayEncrypt, ...policies], protect: deployment.cloud.protection === 'protected' });
  }

  /** Its policies come before what bears the role, and go after it: EKS could not even delete its nodes without them. */
  private createRole(name: string, service: string, names: readonly string[]): { readonly role: aws.iam.Role; readonly policies: readonly pulumi.Resource[] } {
    const role = new aws.iam.Role(name, { assumeRolePolicy: trustOf(service) }, { parent: this });
    const policies = names.map((policy) => new aws.iam.RolePolicyAttachment(`${name}-${policy}`, { role: role.name, policyArn: `${AWS_POLICIES}/${policy}` }, { parent: this }));
    return { role, policies };
  }

  /** Credentials are asked of AWS when they are needed; none is kept in the state. */
  private createProvider(name: string): kubernetes.Provider {
    const { cluster, deployment: { cloud } } = this;
    const kubeconfig = pulumi.jsonStringify({
      apiVersion: 'v1', kind: 'Config', 'current-context': name,
      clusters: [{ name, cluster: { server: cluster.endpoint, 'certificate-authority-data': cluster.certificateAuthority.data } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      users: [{ name, user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws', interactiveMode: 'Never', args: ['eks', 'get-token', '--region', cloud.region, '--cluster-name', cluster.name] } } }],
    });
    return new kubernetes.Provider(name, { kubeconfig, enableServerSideApply: true }, { parent: this });
  }

  private admit(principalArn: string, index: number): aws.eks.AccessPolicyAssociation {
    const entry = new aws.eks.AccessEntry(`administrator-${index}`, { clusterName: this.name, principalArn }, { parent: this });
    return new aws.eks.AccessPolicyAssociation(`administrator-${index}`, { clusterName: this.name, principalArn: entry.principalArn, policyArn: ADMINISTRATOR_POLICY, accessScope: { type: 'cluster' } }, { parent: this });
  }

  private createNodeGroups(dependsOn: readonly pulumi.Resource[]): readonly aws.eks.NodeGroup[] {
    const { spec, deployment: { platform, cloud } } = this;
    const { role, policies } = this.createRole('nodes', 'ec2.amazonaws.com', NODE_POLICIES);
    const after = [...dependsOn, ...policies, ...this.network.ready];
    const plan = planNodes(platform, spec, cloud.zones.length);
    const taint = { key: CAPACITY_KEY, value: 'spot', effect: 'NO_SCHEDULE' };
    return [
      this.createNodeGroup('on-demand', spec.onDemand, plan.onDemand, role, { capacityType: 'ON_DEMAND' }, after),
      this.createNodeGroup('spot', spec.spot, plan.spot, role, { capacityType: 'SPOT', taints: [taint] }, after),
    ];
  }

  private createNodeGroup(capacity: 'on-demand' | 'spot', { instanceTypes: types, diskGiB }: NewClusterSpec['spot'], plan: NodeGroupPlan, role: aws.iam.Role, market: Pick<aws.eks.NodeGroupArgs, 'capacityType' | 'taints'>, dependsOn: readonly pulumi.Resource[]): aws.eks.NodeGroup {
    const template = new aws.ec2.LaunchTemplate(capacity, {
      blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { volumeType: 'gp3', volumeSize: diskGiB, encrypted: 'true', deleteOnTermination: 'true' } }],
      // One hop: a pod cannot ask for the node's credentials.
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
    }, { parent: this });
    return new aws.eks.NodeGroup(capacity, {
      clusterName: this.name, nodeRoleArn: role.arn, subnetIds: [...this.network.privateSubnetIds], instanceTypes: types, ...market,
      amiType: instanceTypes[types[0] ?? '']?.architecture === 'arm64' ? 'AL2023_ARM_64_STANDARD' : 'AL2023_x86_64_STANDARD',
      launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
      scalingConfig: { minSize: plan.minSize, maxSize: plan.maxSize, desiredSize: plan.averageSize },
      labels: { [CAPACITY_KEY]: capacity }, updateConfig: { maxUnavailablePercentage: 25 }, nodeRepairConfig: { enabled: true },
    }, { parent: this, dependsOn: [...dependsOn], ignoreChanges: ['scalingConfig.desiredSize'] });
  }

  private createManagedAddOns(groups: readonly pulumi.Resource[]): readonly aws.eks.Addon[] {
    return MANAGED_ADD_ONS.map((addonName) => new aws.eks.Addon(addonName, { clusterName: this.name, addonName, resolveConflictsOnUpdate: 'OVERWRITE' }, { parent: this, ...(addonName === 'coredns' && { dependsOn: [...groups] }) }));
  }

  /** Before the nodes: one without network never becomes ready. */
  private installNetwork(): kubernetes.helm.v3.Release {
    return new kubernetes.helm.v3.Release(NETWORK_RELEASE.name, releaseArgs(NETWORK_RELEASE), { parent: this, provider: this.provider });
  }
}

/** The cluster of the catalog's choice: a new one, or one of the kubeconfig with the add-ons that it has. */
export function clusterOf(deployment: Deployment, network: NetworkPlace, options: pulumi.ComponentResourceOptions): ClusterPlace {
  const spec = deployment.cloud.cluster;
  if (spec.kind === 'new') return new Cluster('cluster', deployment, spec, network, options);
  return { name: spec.clusterName, securityGroupId: spec.podSecurityGroupId, provider: new kubernetes.Provider('cluster', { context: spec.kubeconfigContext, enableServerSideApply: true }), ready: [] };
}
