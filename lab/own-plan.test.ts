import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlannedResource } from '../policies/planned-resource';
import { judgeManifests, type Verdict } from '../policies/policy';
import { resourcePresetFor } from '../policies/resource-preset';
import { parseWaivers } from '../policies/waivers';
import { planEnvironment } from './plan/plan-environment';
import { readPrices } from './plan/prices';
import { testConfig } from './plan/testing';
import { OWN_WAIVERS } from './policy/run';

/** What our plan is let off, and why. Nothing is added here without a decision. */
const warnings = {
  // It has no domain, so that its CDN bears a certificate of CloudFront's, which takes no minimum.
  staging: ['cdn-tls-minimum of cdn'],
  production: [],
} as const;
const waivers = ['cdn-origin-tls of gateway'];

const { waivers: list, findings: faults } = parseWaivers(OWN_WAIVERS, readFileSync(join(__dirname, '..', OWN_WAIVERS), 'utf8'));

type CloudEnvironment = keyof typeof warnings;

async function planned(environment: CloudEnvironment): Promise<readonly PlannedResource[]> {
  const { resources } = await planEnvironment({ environment, prices: readPrices(undefined), config: testConfig });
  return resources;
}

function judge(environment: CloudEnvironment, resources: readonly PlannedResource[]): Verdict {
  const plan = { name: 'plan', resources, preset: resourcePresetFor(environment), across: [] };
  return judgeManifests([], { preset: [], context: {}, waivers: list, today: new Date(0), plan });
}

describe.each(['staging', 'production'] as const)('our own plan for %s', (environment) => {
  it('breaks no rule, warnings included, but those that are listed here', async () => {
    const { findings, waived } = judge(environment, await planned(environment));
    expect(faults).toEqual([]);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(findings.map(({ rule, name }) => `${rule} of ${name}`)).toEqual(warnings[environment]);
    expect(waived.map(({ finding }) => `${finding.rule} of ${finding.name}`)).toEqual(waivers);
  });
});

describe('our own plan for production', () => {
  let resources: readonly PlannedResource[];
  beforeAll(async () => {
    resources = await planned('production');
  });

  it.each([
    ['aws:ec2/flowLog:FlowLog', 'flow-logs', 'network-flow-logs of vpc'],
    ['aws:ec2/defaultSecurityGroup:DefaultSecurityGroup', 'default', 'default-security-group-closed of vpc'],
    ['aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', 'assets', 'bucket-not-public of assets'],
    ['aws:s3/bucketVersioning:BucketVersioning', 'assets', 'bucket-versioned of assets'],
    ['aws:s3/bucketPolicy:BucketPolicy', 'access-logs', 'bucket-tls-only of access-logs'],
    ['aws:s3/bucketLogging:BucketLogging', 'assets', 'bucket-access-log of assets'],
    ['aws:cloudwatch/logDelivery:LogDelivery', 'cdn', 'cdn-logs of cdn'],
    ['aws:budgets/budget:Budget', 'monthly', /^budget-present of /],
  ])('without its %s %s is found out', (type, name, found) => {
    const rest = resources.filter((resource) => resource.type !== type || resource.name !== name);
    expect(rest).toHaveLength(resources.length - 1);
    expect(judge('production', rest).findings.map((finding) => `${finding.rule} of ${finding.name}`)).toContainEqual(expect.stringMatching(found));
  });

  it.each([
    ['aws:rds/instance:Instance', 'shard-0', { storageEncrypted: false }, 'database-encrypted'],
    ['aws:rds/instance:Instance', 'primary', { password: 'Kq8sLw2Zp0' }, 'no-credential-in-input'],
    ['aws:rds/parameterGroup:ParameterGroup', 'primary', { parameters: [{ name: 'rds.force_ssl', value: '0' }] }, 'database-tls'],
    ['aws:elasticache/replicationGroup:ReplicationGroup', 'cache', { transitEncryptionMode: 'preferred' }, 'cache-encrypted-in-transit'],
    ['aws:eks/cluster:Cluster', 'cluster', { vpcConfig: { endpointPublicAccess: true } }, 'cluster-endpoint'],
    ['aws:ec2/launchTemplate:LaunchTemplate', 'on-demand', { metadataOptions: { httpTokens: 'optional' } }, 'node-metadata-token'],
    ['aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', 'gateway', { cidrIpv4: '0.0.0.0/0' }, 'no-open-ingress'],
    ['aws:iam/rolePolicy:RolePolicy', 'cluster', { policy: '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}' }, 'no-wildcard-action'],
    ['aws:kms/key:Key', 'shards', { enableKeyRotation: false }, 'key-rotation'],
    ['pulumi:providers:aws', 'aws', { defaultTags: undefined }, 'cost-tags'],
  ])('with its %s %s changed to %j breaks %s', (type, name, inputs, rule) => {
    const changed = resources.map((resource) => (resource.type === type && resource.name === name ? { ...resource, inputs: { ...resource.inputs, ...inputs } } : resource));
    expect(judge('production', changed).findings).toMatchObject([{ rule, kind: type, name }]);
  });

  it('with its data in public subnets breaks a rule', () => {
    const table = resources.find(({ type, name }) => type === 'aws:ec2/routeTable:RouteTable' && name === 'internet');
    const moved = resources.map((resource) => (resource.type === 'aws:ec2/routeTableAssociation:RouteTableAssociation' && resource.name.startsWith('database-') ? { ...resource, dependencies: [...resource.dependencies, table?.urn ?? ''] } : resource));
    expect(new Set(judge('production', moved).findings.map(({ rule }) => rule))).toEqual(new Set(['database-subnets-private']));
  });
});
