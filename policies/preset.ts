import { networkPolicySelectsPod } from './manifests/network-policy-selects-pod';
import { noFixedReplicasWithHpa } from './manifests/no-fixed-replicas-with-hpa';
import { oneHpaPerTarget } from './manifests/one-hpa-per-target';
import { pdbSelectsPod } from './manifests/pdb-selects-pod';
import { podsMetricHasAdapterRule } from './manifests/pods-metric-has-adapter-rule';
import { schema } from './manifests/schema';
import { secretKeyProvided } from './manifests/secret-key-provided';
import { serviceSelectsPod } from './manifests/service-selects-pod';
import { subsetSelectsPod } from './manifests/subset-selects-pod';
import { uniqueObject } from './manifests/unique-object';
import type { Preset, Rule, Severity } from './policy';
import { relationRules, relationSeverities } from './relation-rules';
import { workloadRules, workloadSeverities } from './workload-rules';

const rules: readonly Rule[] = [
  schema,
  uniqueObject,
  noFixedReplicasWithHpa,
  oneHpaPerTarget,
  podsMetricHasAdapterRule,
  serviceSelectsPod,
  subsetSelectsPod,
  pdbSelectsPod,
  networkPolicySelectsPod,
  secretKeyProvided,
  ...relationRules,
  ...workloadRules,
];

/** Where manifests are to run. */
export const policyEnvironments = ['local', 'staging', 'production'] as const;
export type PolicyEnvironment = (typeof policyEnvironments)[number];

/** Rules that are no error everywhere, by id. What is not named here is an error in every environment. */
const severities: Readonly<Record<string, Readonly<Record<PolicyEnvironment, Severity>>>> = { ...relationSeverities, ...workloadSeverities };

/** Every rule is an error, but those that are none in some environment. */
export const strict: Preset = rules.map((rule) => ({ rule, severity: severities[rule.id] ? 'warning' : 'error' }));

/** How severe a rule is in an environment. */
export function severityOf(rule: string, environment: PolicyEnvironment): Severity {
  return severities[rule]?.[environment] ?? 'error';
}

/** Every rule, as severe as it is in an environment. */
export function presetFor(environment: PolicyEnvironment): Preset {
  return rules.map((rule) => ({ rule, severity: severityOf(rule.id, environment) }));
}

/**
 * Every rule but the schemas', whose validators take most of a second to load: `npm run synth` judges how objects fit together,
 * `npm start` and the tests judge each object's fields as well.
 */
export function withoutSchema(environment: PolicyEnvironment): Preset {
  return presetFor(environment).map(({ rule, severity }) => ({ rule, severity: rule === schema ? 'off' : severity }));
}
