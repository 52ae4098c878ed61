import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rechain } from '../platform/rechain';
import { judgeManifests } from '../policies/policy';
import { resourcePresetFor } from '../policies/resource-preset';
import { parseWaivers } from '../policies/waivers';
import { planEnvironment } from './plan/plan-environment';
import { readPrices } from './plan/prices';
import { testConfig } from './plan/testing';
import { OWN_WAIVERS } from './policy/run';

/** What our plan is let off, and why. Nothing is added here without a decision. */
const warnings: Readonly<Record<'staging' | 'production', readonly string[]>> = {
  // It has no domain, so that its CDN bears a certificate of CloudFront's, which takes no minimum.
  staging: ['cdn-tls-minimum of cdn'],
  production: [],
};
const waivers = ['cdn-origin-tls of gateway'];

const { waivers: list, findings: faults } = parseWaivers(OWN_WAIVERS, readFileSync(join(__dirname, '..', OWN_WAIVERS), 'utf8'));

describe.each(['staging', 'production'] as const)('our own plan for %s', (environment) => {
  it('breaks no rule, warnings included, but those that are listed here', async () => {
    const { resources } = await planEnvironment({ environment, prices: readPrices(undefined), config: testConfig, catalog: rechain });
    const plan = { name: 'plan', resources, preset: resourcePresetFor(environment) };
    const { findings, waived } = judgeManifests([], { preset: [], context: {}, waivers: list, today: new Date(0), plan });
    expect(faults).toEqual([]);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(findings.map(({ rule, name }) => `${rule} of ${name}`)).toEqual(warnings[environment]);
    expect(waived.map(({ finding }) => `${finding.rule} of ${finding.name}`)).toEqual(waivers);
  });
});
