import * as pulumi from '@pulumi/pulumi';

/** What a provider would answer, as names: `${primary.address}` stands for the address that the instance will have. */

type Outputs = Readonly<Record<string, unknown>>;

const symbol = (name: string, property: string): string => `\${${name}.${property}}`;

/** Outputs beyond `id`, `arn` and `name` that the program reads inside other values; what is missing here is unknown until it exists. */
const outputsOfType: Readonly<Partial<Record<string, (name: string, inputs: Outputs) => Outputs>>> = {
  'aws:rds/instance:Instance': (name) => ({ address: symbol(name, 'address') }),
  'aws:elasticache/replicationGroup:ReplicationGroup': (name) => ({ primaryEndpointAddress: symbol(name, 'primaryEndpointAddress') }),
  'aws:eks/cluster:Cluster': (name, inputs) => ({
    endpoint: symbol(name, 'endpoint'),
    certificateAuthority: { data: symbol(name, 'certificateAuthority') },
    vpcConfig: { ...(inputs['vpcConfig'] as Outputs), clusterSecurityGroupId: symbol(name, 'clusterSecurityGroupId') },
  }),
  'aws:ecr/repository:Repository': (name) => ({ repositoryUrl: symbol(name, 'repositoryUrl') }),
  'aws:lb/loadBalancer:LoadBalancer': (name) => ({ dnsName: symbol(name, 'dnsName') }),
  'aws:cloudfront/distribution:Distribution': (name) => ({ domainName: symbol(name, 'domainName'), hostedZoneId: symbol(name, 'hostedZoneId') }),
  'aws:s3/bucket:Bucket': (name) => ({ bucketRegionalDomainName: symbol(name, 'bucketRegionalDomainName') }),
  'aws:acm/certificate:Certificate': (name) => ({ domainValidationOptions: [{ resourceRecordName: symbol(name, 'resourceRecordName'), resourceRecordType: 'CNAME', resourceRecordValue: symbol(name, 'resourceRecordValue') }] }),
  'aws:route53/record:Record': (name) => ({ fqdn: symbol(name, 'fqdn') }),
  'docker-build:index:Image': (name) => ({ digest: symbol(name, 'digest') }),
  'aws:ec2/launchTemplate:LaunchTemplate': (name) => ({ latestVersion: symbol(name, 'latestVersion') }),
};

/** A generated secret: `name` and the property that holds it. */
export type SecretSource = (name: string, property: string) => string;

const generated: Readonly<Partial<Record<string, readonly string[]>>> = {
  'random:index/randomPassword:RandomPassword': ['result'],
  'random:index/randomBytes:RandomBytes': ['hex', 'base64'],
};

/**
 * The state of a resource as a provider would give it back.
 *
 * @param secretOf the value of what a `random` resource generates; it is marked as a secret
 */
export function outputsOf(type: string, name: string, inputs: Outputs, secretOf: SecretSource): Record<string, unknown> {
  const secrets = Object.fromEntries((generated[type] ?? []).map((property) => [property, pulumi.secret(secretOf(name, property))]));
  const common = type.startsWith('aws:') ? { arn: symbol(name, 'arn'), ...(inputs['name'] === undefined && { name: symbol(name, 'name') }) } : {};
  return { ...inputs, ...common, ...outputsOfType[type]?.(name, inputs), ...secrets };
}

/** By default a secret is a name too: no real one is ever made offline. */
export const symbolicSecret: SecretSource = symbol;

export function idOf(name: string): string {
  return symbol(name, 'id');
}

/** Answers of AWS's look-ups that the program makes. */
export const lookUps: Readonly<Partial<Record<string, Record<string, unknown>>>> = {
  'aws:ec2/getManagedPrefixList:getManagedPrefixList': { id: '${cloudfront.originFacing}' },
  'aws:ecr/getAuthorizationToken:getAuthorizationToken': { userName: 'AWS', password: '${registry.password}' },
};
