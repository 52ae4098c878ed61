import { hpaBehavior } from './manifests/hpa-behavior';
import { hpaBounds } from './manifests/hpa-bounds';
import { hpaResourceRequested } from './manifests/hpa-resource-requested';
import { hpaTargetExists } from './manifests/hpa-target-exists';
import { pdbAllowsEviction } from './manifests/pdb-allows-eviction';
import { pdbUnhealthyEviction } from './manifests/pdb-unhealthy-eviction';
import { podHasNetworkPolicy } from './manifests/pod-has-network-policy';
import { workloadHasPdb } from './manifests/workload-has-pdb';
import type { Rule, Severity } from './policy';

/** Rules about how objects fit together, and about what is neither a workload nor its fields. */
export const relationRules: readonly Rule[] = [
  hpaTargetExists,
  hpaBounds,
  hpaBehavior,
  hpaResourceRequested,
  workloadHasPdb,
  pdbAllowsEviction,
  pdbUnhealthyEviction,
  podHasNetworkPolicy,
];

const preference = { local: 'warning', staging: 'warning', production: 'warning' } as const;

/** Those of them that are no error everywhere, by id. */
export const relationSeverities: Readonly<Record<string, Readonly<Record<'local' | 'staging' | 'production', Severity>>>> = {
  [pdbUnhealthyEviction.id]: preference,
};
