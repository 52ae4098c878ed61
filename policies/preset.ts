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
import type { Preset, Rule } from './policy';
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
  ...workloadRules,
];

/** Every rule is an error, but those that are none in some environment. */
export const strict: Preset = rules.map((rule) => ({ rule, severity: workloadSeverities[rule.id] ? 'warning' : 'error' }));

/**
 * Every rule but the schemas', whose validators take most of a second to load: `npm run synth` judges how objects fit together,
 * `npm start` and the tests judge each object's fields as well.
 */
export const withoutSchema: Preset = strict.filter(({ rule }) => rule !== schema);
