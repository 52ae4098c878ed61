import type { Rule } from './policy';

/** Rules about how objects fit together, and about what is neither a workload nor its fields. */
export const relationRules: readonly Rule[] = [];
