import { buildManifests } from '../charts/app';
import { rechain } from '../platform/rechain';
import { acrossPresetFor } from '../policies/across-preset';
import type { PlannedResource } from '../policies/planned-resource';
import { judgeManifests, type Finding, type SourcedObject } from '../policies/policy';
import { planEnvironment } from './plan/plan-environment';
import { readPrices } from './plan/prices';
import { testConfig } from './plan/testing';

/** Our manifests and our plan together, by the rules over both. */

type CloudEnvironment = 'staging' | 'production';

interface Both {
  readonly objects: readonly SourcedObject[];
  readonly resources: readonly PlannedResource[];
}

async function bothOf(environment: CloudEnvironment): Promise<Both> {
  const objects = buildManifests(rechain, environment).flatMap(({ name, manifests }) => manifests.map((object) => ({ object, source: name })));
  const { resources } = await planEnvironment({ environment, prices: readPrices(undefined), config: testConfig });
  return { objects, resources };
}

function judge(environment: CloudEnvironment, { objects, resources }: Both): readonly Finding[] {
  const plan = { name: 'plan', resources, preset: [], across: acrossPresetFor(environment) };
  return judgeManifests(objects, { preset: [], context: {}, waivers: [], today: new Date(0), plan }).findings.filter(({ rule }) => !rule.startsWith('exception-'));
}

describe.each(['staging', 'production'] as const)('manifests and plan for %s', (environment) => {
  it('break no rule, warnings included', async () => {
    expect(judge(environment, await bothOf(environment))).toEqual([]);
  });
});

describe('manifests and plan for production', () => {
  let both: Both;
  beforeAll(async () => {
    both = await bothOf('production');
  });

  /** What is found with one input of one resource changed. */
  function withInputs(type: string, name: string, inputs: Readonly<Record<string, unknown>>): readonly Finding[] {
    const fourth = { urn: 'fourth', type: 'aws:ec2/subnet:Subnet', name: 'fourth', parent: '', inputs: { availabilityZone: 'us-east-1d' }, dependencies: [], protect: false };
    const resources = [...both.resources, fourth].map((resource) => (resource.type === type && resource.name === name ? { ...resource, inputs: { ...resource.inputs, ...inputs } } : resource));
    expect(resources).not.toEqual([...both.resources, fourth]);
    return judge('production', { ...both, resources });
  }

  it.each([
    ['Secret', 'gateway-api-keys', 'secret-key-written', 'gateway'],
    ['NodeGroup', 'spot', undefined, undefined],
    ['NodeGroup', 'on-demand', 'pods-fit-nodes', 'blockchain-service-standard'],
  ])('without its %s %s break %s', (type, name, rule, found) => {
    const resources = both.resources.filter((resource) => !resource.type.endsWith(`:${type}`) || resource.name !== name);
    expect(resources).toHaveLength(both.resources.length - 1);
    const [first] = judge('production', { ...both, resources });
    expect([first?.rule, first?.name]).toEqual([rule, found]);
  });

  it('with a Deployment less leave Secrets that nothing reads', () => {
    const objects = both.objects.filter(({ object }) => object.metadata.name !== 'gateway');
    expect(judge('production', { ...both, objects }).map(({ rule, name }) => [rule, name])).toEqual([['secret-written-is-read', 'gateway-api-keys']]);
  });

  it.each([
    ['aws:rds/parameterGroup:ParameterGroup', 'primary', { parameters: [{ name: 'max_connections', value: '3073' }] }, 'connections-fit-database', 'primary'],
    ['aws:rds/parameterGroup:ParameterGroup', 'primary-replica-1', { parameters: [{ name: 'max_connections', value: '1506' }] }, 'connections-fit-database', 'primary-replica-1'],
    ['aws:rds/parameterGroup:ParameterGroup', 'shard-3', { parameters: [{ name: 'max_connections', value: '1509' }] }, 'connections-fit-database', 'shard-3'],
    ['aws:eks/nodeGroup:NodeGroup', 'on-demand', { scalingConfig: { maxSize: 24 } }, 'pods-fit-nodes', 'on-demand'],
    ['aws:eks/nodeGroup:NodeGroup', 'on-demand', { subnetIds: ['${private-us-east-1a.id}', '${private-us-east-1b.id}', '${private-us-east-1c.id}', '${fourth.id}'] }, 'replicas-cover-zones', 'blockchain-service-standard'],
    ['kubernetes:core/v1:Secret', 'redis-secret', { metadata: { name: 'redis-secret', namespace: 'rechain-vc-lab', annotations: { 'policies.rechain.network/secret-keys': 'uri' } } }, 'secret-key-written', 'blockchain-service-migrate-1-0-0'],
  ])('with its %s %s changed to %j breaks %s', (type, name, inputs, rule, found) => {
    const [first] = withInputs(type, name, inputs);
    expect(first).toMatchObject({ rule, name: found });
  });
});
