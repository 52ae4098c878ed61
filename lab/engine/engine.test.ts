import type { EnvironmentName } from '../../platform/spec';
import { masked } from '../plan/masking';
import type { PlannedResource } from '../plan/plan';
import { planEnvironment } from '../plan/plan-environment';
import { readPrices } from '../plan/prices';
import { testConfig } from '../plan/testing';
import type { PulumiStack, StateResource } from './pulumi-cli';
import { type StandInProvider, startStandInProvider } from './stand-in-provider';
import { inStack as inStackOf, testWithPulumi } from './testing';

/** The program under the real Pulumi command, from preview to destroy, with a provider that stands in for the clouds. */

let provider: StandInProvider;
beforeAll(async () => {
  provider = await startStandInProvider();
});
afterAll(() => provider.stop());

function inStack(stack: EnvironmentName, config: Readonly<Record<string, string>>, run: (pulumi: PulumiStack) => Promise<void>): Promise<void> {
  return inStackOf({ stack, config, providerPort: provider.port }, run);
}

const succeeds = { code: 0, stderr: '' };

type Comparable = Pick<PlannedResource, 'urn' | 'parent' | 'protect' | 'dependencies'> & { readonly inputs: unknown };

/** Without what the engine itself notes of a provider. */
function inputsOf({ type, inputs = {} }: StateResource | PlannedResource): unknown {
  return masked(type.startsWith('pulumi:providers:') ? { ...inputs, version: undefined, __internal: undefined } : inputs);
}

/** What both the plan and the state say of a resource, in the order of their URNs. */
function comparable(resources: readonly (StateResource | PlannedResource)[]): readonly Comparable[] {
  return resources
    .map((resource) => {
      const { urn, parent = '', protect = false, dependencies = [] } = resource;
      return { urn, parent, protect, dependencies: [...dependencies].sort(), inputs: inputsOf(resource) };
    })
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

async function planned(environment: EnvironmentName): Promise<readonly Comparable[]> {
  return comparable((await planEnvironment({ environment, config: testConfig, prices: readPrices() })).resources);
}

/** The engine adds a provider of its own for resources that name none. */
function ours<T extends { readonly urn: string }>(resources: readonly T[]): readonly T[] {
  return resources.filter(({ urn }) => !/::pulumi:providers:[^:]+::default_/.test(urn));
}

function leaks(text: string): readonly string[] {
  expect(provider.generated.length).toBeGreaterThan(0);
  return provider.generated.filter((secret) => text.includes(secret));
}

testWithPulumi('staging: up makes what preview and npm run plan show, a second up changes nothing, destroy leaves nothing', async () => {
  await inStack('staging', testConfig, async (pulumi) => {
    const plan = await planned('staging');

    const preview = await pulumi.operate('preview', '--json');
    expect(preview).toMatchObject(succeeds);
    const { steps } = JSON.parse(preview.stdout) as { steps: readonly { op: string; urn: string }[] };
    expect(ours(steps).map(({ op, urn }) => `${op} ${urn}`).sort()).toEqual(plan.map(({ urn }) => `create ${urn}`));

    const up = await pulumi.operate('up', '--yes', '--skip-preview');
    expect(up).toMatchObject(succeeds);
    const state = await pulumi.export();
    expect(comparable(ours(state.resources))).toEqual(plan);
    expect(leaks(state.text + up.stdout)).toEqual([]);
    // The failing twin: shown, they are all there.
    expect(leaks((await pulumi.export('--show-secrets')).text)).toEqual(provider.generated);

    expect(await pulumi.operate('up', '--yes', '--skip-preview', '--expect-no-changes')).toMatchObject(succeeds);
    expect(await pulumi.operate('destroy', '--yes', '--skip-preview')).toMatchObject(succeeds);
    expect((await pulumi.export()).resources).toEqual([]);
  });
});

testWithPulumi('production: up makes what npm run plan shows, destroy is refused and takes nothing', async () => {
  await inStack('production', testConfig, async (pulumi) => {
    const plan = await planned('production');
    expect(await pulumi.operate('up', '--yes', '--skip-preview')).toMatchObject(succeeds);
    const state = await pulumi.export();
    expect(comparable(ours(state.resources))).toEqual(plan);
    expect(leaks(state.text)).toEqual([]);

    const refused = await pulumi.operate('destroy', '--yes');
    expect(refused.code).not.toBe(0);
    // In the preview: with --skip-preview the engine refuses as well, but deletes what it can reach before.
    const refusals = [...refused.stdout.matchAll(/Preview failed: resource "([^"]+)" cannot be deleted/g)].map(([, urn]) => urn);
    expect(refusals.length).toBeGreaterThan(0);
    for (const urn of refusals) expect(state.resources).toContainEqual(expect.objectContaining({ urn, protect: true }));
    expect((await pulumi.export()).resources).toEqual(state.resources);
  });
});

testWithPulumi('a malformed configuration is one error, and nothing is created', async () => {
  await inStack('staging', { ...testConfig, 'rechain-scaling-platform:accountId': '12' }, async (pulumi) => {
    const { code, stdout } = await pulumi.operate('up', '--yes', '--skip-preview');
    expect(code).not.toBe(0);
    expect(stdout).toContain('error: the stack configuration has 1 issue:\n      config.accountId: received "12", allowed is 12 digits.');
    expect(stdout).not.toContain('unhandled exception');
    expect((await pulumi.export()).resources.map(({ type }) => type)).toEqual(['pulumi:pulumi:Stack']);
  });
});
