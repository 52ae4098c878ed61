import type { EnforcementLevel, Policies, Policy, PolicyConfigSchema, ResourceValidationPolicy } from '@pulumi/policy';
import { acrossPresetFor } from '../across-preset';
import type { Finding, RuleDescription, Severity } from '../finding';
import { allowedRegistry } from '../manifests/allowed-registry';
import type { PolicyContext } from '../policy';
import { presetFor, type PolicyEnvironment } from '../preset';
import { resourcePresetFor } from '../resource-preset';
import { noCredentialInInput } from '../resources/no-credential-in-input';
import { GivenInputs, type GivenResource } from './inputs';
import { judgeAcross, judgeObjects, judgeResources, type Exemptions } from './judge';
import { needsFiles, needsOthers } from './needs-others';

/** How the rules of a pack are chosen, and what they let off. */
export interface PackProps extends Exemptions {
  /** Whose severities apply. */
  readonly environment: PolicyEnvironment;
}

/** What a rule finds in a resource by itself, or in those of a stack together. */
type Judge = (resources: readonly GivenResource[], context: PolicyContext) => readonly Finding[];

/** What a user may tell the rules in a configuration of the pack: `{ "allowed-registry": { "imageRegistries": ["ghcr.io/team"] } }`. */
const configSchemas: Readonly<Partial<Record<string, PolicyConfigSchema>>> = {
  [allowedRegistry.id]: { properties: { imageRegistries: { type: 'array', items: { type: 'string' } } } },
};

const enforcementLevels: Readonly<Record<Exclude<Severity, 'off'>, EnforcementLevel>> = { error: 'mandatory', warning: 'advisory' };

/** The SDK puts the rule's title before it. A value is shown only where it is known to be no secret. */
function messageOf({ path, received, message, remedy }: Finding, mayShow: boolean): string {
  const field = path === '' ? '' : `${path}: `;
  return `${field}${mayShow ? `received ${received}\n` : ''}${message}\nremedy: ${remedy}`;
}

/** @param sees what the rule must see at once: what a resource is given, or a whole stack */
function policyOf(rule: RuleDescription, severity: Exclude<Severity, 'off'>, sees: 'resource' | 'stack', judge: Judge, given: GivenInputs): Policies[number] {
  const configSchema = configSchemas[rule.id];
  const policy: Policy = { name: rule.id, description: `${rule.title}.`, enforcementLevel: enforcementLevels[severity], remediationSteps: rule.remedy, ...(configSchema && { configSchema }) };
  const contextFrom = (read: () => PolicyContext): PolicyContext => (configSchema ? read() : {});
  if (sees === 'resource') {
    return {
      ...policy,
      validateResource(args, report) {
        const resource = given.one(args);
        for (const finding of judge([resource], contextFrom(args.getConfig))) report(messageOf(finding, resource.areSecretsMarked));
      },
    };
  }
  return {
    ...policy,
    validateStack(args, report) {
      const resources = args.resources.map((resource) => given.oneOf(resource));
      const mayShow = resources.every(({ areSecretsMarked }) => areSecretsMarked);
      for (const finding of judge(resources, contextFrom(args.getConfig))) report(messageOf(finding, mayShow), finding.urn ?? finding.file);
    },
  };
}

const seesOf = ({ id }: RuleDescription): 'resource' | 'stack' => (needsOthers.has(id) ? 'stack' : 'resource');

/** Comes first, and is a remediation: nothing else is told which inputs are secret. */
function recorder(given: GivenInputs): ResourceValidationPolicy {
  return {
    name: 'given-inputs',
    description: 'Reads what resources are given for the other policies; it changes nothing.',
    enforcementLevel: 'remediate',
    remediateResource: (args) => given.record(args),
  };
}

/** Every rule that is not off in an environment as a policy of Pulumi's, by its id; but for those on the order of files. */
export function packPolicies({ environment, ...exemptions }: PackProps): Policies {
  const given = new GivenInputs();
  const ofObjects = presetFor(environment).flatMap(({ rule, severity }) =>
    severity === 'off' || needsFiles.has(rule.id) ? [] : [policyOf(rule, severity, seesOf(rule), (resources, context) => judgeObjects(rule, resources, { context, ...exemptions }), given)]);
  const ofResources = resourcePresetFor(environment).flatMap(({ rule, severity }) => {
    if (severity === 'off') return [];
    // Where secrets are not told from other values, each of them would look like one in plain text.
    const judged = (resources: readonly GivenResource[]): readonly GivenResource[] => (rule === noCredentialInInput ? resources.filter(({ areSecretsMarked }) => areSecretsMarked) : resources);
    return [policyOf(rule, severity, seesOf(rule), (resources) => judgeResources(rule, judged(resources), exemptions), given)];
  });
  const ofBoth = acrossPresetFor(environment).flatMap(({ rule, severity }) => (severity === 'off' ? [] : [policyOf(rule, severity, 'stack', (resources) => judgeAcross(rule, resources, exemptions), given)]));
  return [recorder(given), ...ofObjects, ...ofResources, ...ofBoth];
}
