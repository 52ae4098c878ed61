import { at } from '../../charts/testing';
import { stages, stageOf } from '../../infra/workload-plan';
import { planReleases } from '../../infra/release-plan';
import type { Manifest } from '../../charts/app';
import { rechain } from '../../platform/rechain';
import { masked } from './masking';
import { changedCatalog, Recording, recordEnvironment } from './testing';
import type { RecordedResource } from './recorder';

/** How the platform gets into its cloud: images, add-ons, the charts' objects, the way in. */

let production: Recording;
beforeAll(async () => {
  production = await recordEnvironment('production');
});

const objects = (): readonly RecordedResource[] => production.resources.filter(({ type, urn }) => type.startsWith('kubernetes:') && urn.includes('rechain:infra:Workloads$'));
const manifestOf = ({ inputs }: RecordedResource): Manifest => inputs as unknown as Manifest;

describe('cluster', () => {
  test('its API server is open to the catalog’s blocks alone, its secrets encrypted, every log kept, nobody admitted but by an entry', () => {
    expect(production.one('Cluster', 'cluster')).toMatchObject({
      protect: true,
      inputs: { version: '1.35', vpcConfig: { endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: ['203.0.113.0/24'] }, accessConfig: { authenticationMode: 'API' }, enabledClusterLogTypes: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'], upgradePolicy: { supportType: 'STANDARD' }, deletionProtection: true },
    });
    expect(at(production.one('Cluster', 'cluster').inputs, 'encryptionConfig.resources')).toEqual(['secrets']);
  });

  test('critical services have on-demand nodes; spot nodes are of several types and bear the taint that flexible services tolerate', () => {
    const [onDemand, spot] = [production.one('NodeGroup', 'on-demand'), production.one('NodeGroup', 'spot')];
    expect(onDemand.inputs).toMatchObject({ capacityType: 'ON_DEMAND', labels: { 'rechain.network/capacity': 'on-demand' } });
    expect(onDemand.inputs['taints']).toBeUndefined();
    expect(spot.inputs).toMatchObject({ capacityType: 'SPOT', taints: [{ key: 'rechain.network/capacity', value: 'spot', effect: 'NO_SCHEDULE' }] });
    expect((spot.inputs['instanceTypes'] as string[]).length).toBeGreaterThanOrEqual(3);
    for (const group of [onDemand, spot]) expect(group.ignoreChanges).toEqual(['scalingConfig.desiredSize']);
  });

  test('nodes come after their rights and the ways out, and so go before them: nothing is stranded when it is destroyed', () => {
    for (const group of production.ofType('NodeGroup')) {
      const before = (type: string): readonly string[] => production.ofType(type).filter(({ urn }) => group.dependencies.includes(urn)).map(({ name }) => name);
      expect(before('RolePolicyAttachment')).toEqual(expect.arrayContaining(['nodes-AmazonEKSWorkerNodePolicy', 'nodes-AmazonEKS_CNI_Policy']));
      expect(before('RouteTableAssociation')).toEqual(expect.arrayContaining(['private-us-east-1a', 'private-us-east-1b', 'private-us-east-1c']));
    }
    const cluster = production.one('Cluster', 'cluster');
    expect(cluster.dependencies).toEqual(expect.arrayContaining([production.one('RolePolicyAttachment', 'cluster-AmazonEKSClusterPolicy').urn, production.one('RolePolicy', 'cluster').urn]));
  });

  test('nodes wait for the network, and give pods no credentials of theirs', () => {
    for (const group of production.ofType('NodeGroup')) expect(group.dependencies.some((urn) => urn.endsWith('Release::aws-vpc-cni'))).toBe(true);
    expect(at(production.ofType('Release').find(({ name }) => name === 'aws-vpc-cni')?.inputs, 'values.enableNetworkPolicy')).toBe('true');
    for (const template of production.ofType('LaunchTemplate')) expect(template.inputs['metadataOptions']).toMatchObject({ httpTokens: 'required', httpPutResponseHopLimit: 1 });
  });
});

describe('add-ons', () => {
  test('every release is pinned to a whole version, and waits for the one before it', () => {
    const releases = planReleases(rechain, { clusterName: 'c', region: 'r', vpcId: 'v', grafanaPassword: 'p' });
    for (const { version } of releases) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    for (const [index, { name }] of releases.entries()) {
      const before = releases[index - 1];
      if (before !== undefined) expect(production.one('Release', name).dependencies).toContain(production.one('Release', before.name).urn);
    }
  });

  test('Prometheus takes monitors and rules without its label, and the adapter the rules that charts ship', () => {
    expect(at(production.one('Release', 'prometheus').inputs, 'values.prometheus.prometheusSpec')).toMatchObject({ serviceMonitorSelectorNilUsesHelmValues: false, ruleSelectorNilUsesHelmValues: false });
    const existing = at(production.one('Release', 'prometheus-adapter').inputs, 'values.rules.existing');
    expect(objects().map(manifestOf).filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name)).toContain(existing);
  });
});

describe('images', () => {
  test('repositories are scanned, immutable and encrypted; what is pushed is what runs', () => {
    for (const repository of production.ofType('Repository')) {
      expect(repository.inputs).toMatchObject({ imageTagMutability: 'IMMUTABLE', imageScanningConfiguration: { scanOnPush: true } });
      expect(production.behind(repository, 'encryptionConfigurations', 'Key')).toHaveLength(1);
    }
    const pods = objects().filter(({ type }) => /:(Deployment|Job)$/.test(type));
    expect(pods).toHaveLength(8);
    for (const pod of pods) {
      expect(at(pod.inputs, 'spec.template.spec.containers.0.image')).toMatch(/^\$\{rechain-production\/.*\.repositoryUrl\}@\$\{rechain-production\/.*\.digest\}$/);
      expect(production.behind(pod, 'spec', 'docker-build:index:Image')).toHaveLength(1);
    }
  });
});

describe('workloads', () => {
  test('each object is of its own kind, and custom only where Kubernetes has none', () => {
    for (const { type, inputs } of objects()) expect(type.split(':').at(-1)).toBe(inputs['kind']);
  });

  test('each stage waits for the one before it', () => {
    const byStage = stages.map((stage) => objects().filter((object) => stageOf(manifestOf(object)) === stage)).filter((stage) => stage.length > 0);
    expect(byStage).toHaveLength(stages.length);
    for (const [index, stage] of byStage.entries()) {
      const before = byStage[index - 1] ?? [];
      for (const object of stage) expect(object.dependencies).toEqual(expect.arrayContaining(before.map(({ urn }) => urn)));
    }
  });

  test('the first waits for add-ons and for what services may call', () => {
    const namespace = production.one('Namespace', 'rechain-vc-lab');
    expect(namespace.dependencies).toEqual(expect.arrayContaining([production.one('Release', 'istiod').urn, production.one('PodIdentityAssociation', 'web4-service-cdn').urn]));
  });

  test('Services are not awaited, and Secrets are secret', () => {
    for (const service of production.ofType('Service')) expect(at(service.inputs, 'metadata.annotations')).toMatchObject({ 'pulumi.com/skipAwait': 'true' });
    for (const secret of production.ofType('Secret')) expect(at(masked(secret.inputs), 'stringData')).toBe('[secret]');
  });
});

describe('the way in', () => {
  test('CloudFront reaches the gateway inside the VPC, and its load balancer admits nobody else', () => {
    expect(production.behind(production.one('Distribution', 'cdn'), 'origins', 'VpcOrigin')).toHaveLength(1);
    expect(production.behind(production.one('VpcOrigin', 'gateway'), 'vpcOriginEndpointConfig', 'LoadBalancer')).toHaveLength(1);
    expect(production.one('LoadBalancer', 'gateway').inputs).toMatchObject({ internal: true, loadBalancerType: 'network' });
    expect(production.one('SecurityGroupIngressRule', 'gateway').inputs).toMatchObject({ prefixListId: '${cloudfront.originFacing}', fromPort: 80 });
    expect(production.behind(production.one('TargetGroupBinding', 'gateway'), 'spec', 'TargetGroup')).toHaveLength(1);
  });

  test('only what invalidates is kept, as its Cache-Control says, and never shared between clients', () => {
    const { inputs } = production.one('Distribution', 'cdn');
    expect(at(inputs, 'defaultCacheBehavior.cachePolicyId')).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
    expect((inputs['orderedCacheBehaviors'] as { pathPattern: string }[]).map(({ pathPattern }) => pathPattern)).toEqual(['/assets/*', '/api/web4/*']);
    const policy = production.one('CachePolicy', 'cdn').inputs;
    expect(policy).toMatchObject({ minTtl: 0, defaultTtl: 0 });
    expect(at(policy, 'parametersInCacheKeyAndForwardedToOrigin.headersConfig.headers.items')).toEqual(['Authorization', 'X-Api-Key', 'X-Consistency-Token']);
    expect(at(policy, 'parametersInCacheKeyAndForwardedToOrigin.cookiesConfig.cookies.items')).toEqual(['consistency-token']);
  });

  test('assets are private, encrypted, and read by the CDN alone', () => {
    expect(production.one('BucketPublicAccessBlock', 'assets').inputs).toMatchObject({ blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true });
    for (const type of ['BucketServerSideEncryptionConfiguration', 'BucketPublicAccessBlock', 'BucketVersioning', 'BucketPolicy']) expect(production.ofType(type)).toHaveLength(production.ofType('Bucket').length);
    expect(production.behind(production.one('BucketPolicy', 'assets'), 'policy', 'Distribution')).toHaveLength(1);
    expect(production.one('OriginAccessControl', 'assets').inputs).toMatchObject({ signingBehavior: 'always' });
  });

  test('a domain brings its certificate and a firewall where the catalog says so', () => {
    expect(production.one('Certificate', 'api.rechain.network').inputs).toMatchObject({ region: 'us-east-1', validationMethod: 'DNS' });
    expect(production.behind(production.one('Distribution', 'cdn'), 'viewerCertificate', 'CertificateValidation')).toHaveLength(1);
    expect(production.behind(production.one('Distribution', 'cdn'), 'webAclId', 'WebAcl')).toHaveLength(1);
  });

  test('requests and reads of assets are logged', () => {
    expect(production.behind(production.one('LogDeliverySource', 'cdn'), 'resourceArn', 'Distribution')).toHaveLength(1);
    expect(production.behind(production.one('LogDelivery', 'cdn'), 'deliveryDestinationArn', 'LogDeliveryDestination')).toHaveLength(1);
    expect(production.behind(production.one('BucketLogging', 'assets'), 'targetBucket', 'Bucket').map(({ name }) => name)).toEqual(['access-logs']);
  });

  test('the budget rings at each of its shares', () => {
    const budget = production.one('Budget', 'monthly');
    expect((budget.inputs['notifications'] as { threshold: number; notificationType: string }[]).map(({ threshold, notificationType }) => [notificationType, threshold])).toEqual([['ACTUAL', 50], ['ACTUAL', 80], ['ACTUAL', 100], ['FORECASTED', 100]]);
    expect(production.behind(budget, 'notifications', 'Topic')).toHaveLength(1);
  });
});

test('without a CDN the load balancer is on the Internet, and nothing else is', async () => {
  const plain = await recordEnvironment('production', changedCatalog((draft) => {
    draft.data.cdn = { kind: 'none' };
    for (const service of draft.services) service.cdn = 'none';
  }));
  expect(plain.ofType('Distribution')).toEqual([]);
  expect(plain.one('LoadBalancer', 'gateway').inputs).toMatchObject({ internal: false });
  expect(plain.ofType('SecurityGroupIngressRule').filter(({ inputs }) => inputs['cidrIpv4'] === '0.0.0.0/0').map(({ name }) => name)).toEqual(['gateway']);
});

test('an existing cluster brings its network and add-ons: none of them is made', async () => {
  const existing = await recordEnvironment('production', changedCatalog((draft) => {
    const { cloud } = draft.environments.production;
    if (cloud.kind === 'aws') cloud.cluster = { kind: 'existing', kubeconfigContext: 'shared', clusterName: 'shared', vpcId: 'vpc-0a1b2c3d', databaseSubnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'], loadBalancerSubnetIds: ['subnet-2a1b2c3d', 'subnet-3a1b2c3d'], podSecurityGroupId: 'sg-0a1b2c3d' };
  }));
  expect(existing.resources.filter(({ type }) => /:(Vpc|Cluster|NodeGroup|Release)$/.test(type))).toEqual([]);
  expect(existing.one('pulumi:providers:kubernetes', 'cluster').inputs).toMatchObject({ context: 'shared' });
  expect(existing.one('SecurityGroupIngressRule', 'primary-from-cluster').inputs).toMatchObject({ referencedSecurityGroupId: 'sg-0a1b2c3d' });
  expect(existing.ofType('Deployment')).toHaveLength(5);
});
