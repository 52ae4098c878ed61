import * as aws from '@pulumi/aws';
import * as random from '@pulumi/random';
import createPlatform from '../../infra';
import { deploymentOf } from '../../infra/deployment';
import { preflight } from '../../infra/preflight';
import { buildManifests } from '../../charts/app';
import { resolveEnvironment } from '../../platform/environments';
import { rechain } from '../../platform/rechain';
import type { EnvironmentName, Platform } from '../../platform/spec';
import { RecordingMonitor } from './recorder';
import { runProgram } from './run-program';
import { changedCatalog, testConfig } from './testing';

/** What cannot work is one clear error, before anything is created. Broken catalogs: platform/cloud-checks.test.ts. */

/** The message, and what the engine was asked for until then. */
async function failure(catalog: Platform, environment: EnvironmentName, config: Readonly<Record<string, string>>): Promise<{ message: string; created: readonly string[] }> {
  const asked = jest.spyOn(RecordingMonitor.prototype, 'registerResource');
  try {
    await runProgram({ program: () => createPlatform(catalog), stack: environment, config });
    throw new Error('accepted');
  } catch (error) {
    return { message: (error as Error).message, created: asked.mock.calls.map(([request]) => request.getType()).filter((type) => type !== 'pulumi:pulumi:Stack') };
  } finally {
    asked.mockRestore();
  }
}

test.each([
  ['a stack without configuration', rechain, 'production', {}, /^the stack configuration has 2 issues:\n {2}config.accountId: received nothing.*\n {2}config.alarmEmail: received nothing/],
  ['a malformed account', rechain, 'production', { ...testConfig, 'rechain-scaling-platform:accountId': '123' }, /^the stack configuration has 1 issue:\n {2}config.accountId: received "123", allowed is 12 digits\./],
  ['an environment without a cloud', rechain, 'local', testConfig, /^environments.local.cloud: received "none"/],
  ['a VPC without room', changedCatalog((draft) => { draft.network = { vpc: '10.0.0.0/24', loadBalancers: ['10.0.0.0/27', '10.0.0.32/27', '10.0.0.64/27'], databases: ['10.0.0.96/27', '10.0.0.128/27', '10.0.0.160/27'] }; draft.environments.production.replicaCaps = {}; }), 'production', testConfig, /^network.vpc: received "10.0.0.0\/24"/],
  ['a pooler that is not built', changedCatalog((draft) => { draft.data.pooler = 'rds-proxy'; }), 'production', testConfig, /^data.pooler: received "rds-proxy", allowed is "none"\. RDS Proxy serves no read replicas/],
  ['a Secret that nothing fills', changedCatalog((draft) => { draft.secrets.push({ name: 'other-secret', keys: ['token'] }); }), 'production', testConfig, /other-secret.token: received nothing, allowed is one of database-secret/],
] as const)('%s', async (_what, catalog, environment, config, message) => {
  const failed = await failure(catalog, environment, config);
  expect(failed.message).toMatch(message);
  expect(failed.created).toEqual([]);
});

test('our catalog passes', () => {
  const deployment = deploymentOf(resolveEnvironment(rechain, 'production'), { accountId: '123456789012', alarmEmail: 'alarms@example.com' });
  expect(() => preflight(deployment, buildManifests(rechain, 'production'))).not.toThrow();
});

test('two resources of one type and name are refused, as the engine would', async () => {
  const program = (): void => {
    for (const length of [10, 20]) new random.RandomPassword('same', { length });
  };
  await expect(runProgram({ program, stack: 'production', config: testConfig })).rejects.toThrow(/RandomPassword::same: received a second one/);
});

test('a look-up that nobody answers is refused by name', async () => {
  const program = () => aws.ec2.getAmiOutput({ mostRecent: true });
  await expect(runProgram({ program, stack: 'production', config: testConfig })).rejects.toThrow(/aws:ec2\/getAmi:getAmi: received a look-up, allowed is one of aws:ec2\/getManagedPrefixList/);
});
