import { join } from 'node:path';
import { testConfig } from '../plan/testing';
import { type StandInProvider, startStandInProvider } from './stand-in-provider';
import { inStack, testWithPulumi } from './testing';

/** The policy pack under the real Pulumi command. */

const PACK = ['--policy-pack', join(__dirname, '../../policies')] as const;

let provider: StandInProvider;
beforeAll(async () => {
  provider = await startStandInProvider();
});
afterAll(() => provider.stop());

const passes = { code: 0, stdout: expect.stringMatching(/[✅⚠️] rechain@v/u), stderr: '' };

testWithPulumi('our own stack for production passes', async () => {
  await inStack({ stack: 'production', config: testConfig, providerPort: provider.port }, async (pulumi) => {
    expect(await pulumi.operate('preview', ...PACK)).toMatchObject({ ...passes, stdout: expect.stringContaining('✅ rechain@v') });
  });
});

/** Of both clouds, with a secret, and a provider that is not there in a first preview. */
const program = `
const aws = require('@pulumi/aws');
const kubernetes = require('@pulumi/kubernetes');
const pulumi = require('@pulumi/pulumi');
const random = require('@pulumi/random');
const provider = new aws.Provider('aws', { region: 'eu-west-1', defaultTags: { tags: { environment: 'production' } } });
new aws.budgets.Budget('monthly', { budgetType: 'COST', limitAmount: '10', limitUnit: 'USD', timeUnit: 'MONTHLY', notifications: [{ comparisonOperator: 'GREATER_THAN', notificationType: 'FORECASTED', threshold: 100, thresholdType: 'PERCENTAGE', subscriberEmailAddresses: ['costs@example.com'] }] }, { provider });
const key = new aws.kms.Key('data', { enableKeyRotation: true, deletionWindowInDays: 30 }, { provider });
const password = new random.RandomPassword('password', { length: 20 }).result;
const cluster = new kubernetes.Provider('cluster', { kubeconfig: key.arn });
new kubernetes.core.v1.Secret('login', { metadata: { name: 'login', namespace: 'shop', annotations: { 'policies.rechain.network/secret-keys': 'password' } }, stringData: { password } }, { provider: cluster });
new kubernetes.core.v1.ConfigMap('web', { metadata: { name: 'web', namespace: 'shop' }, data: { LEVEL: 'info' } }, { provider: cluster });
new kubernetes.core.v1.ConfigMap('api', { metadata: { name: 'api', namespace: 'shop' }, data: { LEVEL: 'info' } }, { provider: cluster });
`;

testWithPulumi('what breaks no rule is made, and passes again when its secrets are known', async () => {
  await inStack({ stack: 'production', config: testConfig, providerPort: provider.port, program }, async (pulumi) => {
    expect(await pulumi.operate('up', '--yes', ...PACK)).toMatchObject(passes);
    expect(await pulumi.operate('preview', '--expect-no-changes', ...PACK)).toMatchObject(passes);
  });
});

/** Reads a key that no Secret of the stack has. */
const podTemplate = `
new kubernetes.core.v1.PodTemplate('reader', { metadata: { name: 'reader', namespace: 'shop' }, template: { spec: { containers: [{ name: 'reader', image: 'reader:1', env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'login', key: 'passwort' } } }] }] } } }, { provider: cluster });
`;

const faults = {
  alone: [
    ['enableKeyRotation: true', 'enableKeyRotation: false', 'key-rotation  (aws:kms:Key: data)'],
    ["'web', namespace: 'shop' }, data: { LEVEL: 'info' }", "'web', namespace: 'shop' }, data: { LEVEL: 1 }", 'schema  (kubernetes:core/v1:ConfigMap: web)'],
    ["'api', namespace: 'shop' }, data: { LEVEL: 'info' }", "'api', namespace: 'shop' }, data: { PASSWORD: 'Kq8sLw2Zp0' }", 'no-credential-in-input  (kubernetes:core/v1:ConfigMap: api)'],
  ],
  together: [
    // Which of the two comes first is the engine's choice.
    ["name: 'api'", "name: 'web'", 'unique-object  (kubernetes:core/v1:ConfigMap: '],
    ["new kubernetes.core.v1.ConfigMap('api'", `${podTemplate}new kubernetes.core.v1.ConfigMap('api'`, 'secret-key-written  (kubernetes:core/v1:PodTemplate: reader)'],
  ],
} as const;

describe.each(Object.entries(faults))('what breaks rules %s', (_, changes) => {
  testWithPulumi('is refused in a first preview, by name and without its secrets', async () => {
    const faulty = changes.reduce((text, [right, wrong]) => text.replace(right, wrong), program);
    await inStack({ stack: 'production', config: testConfig, providerPort: provider.port, program: faulty }, async (pulumi) => {
      const { code, stdout } = await pulumi.operate('preview', ...PACK);
      for (const [, wrong, violation] of changes) {
        expect(faulty).toContain(wrong);
        expect(stdout).toContain(`[mandatory]  ${violation}`);
      }
      expect(stdout).not.toContain('Kq8sLw2Zp0');
      expect(code).not.toBe(0);
    });
  });
});
