import type { Rule, Severity } from './policy';

/** Rules about how objects fit together, and about what is neither a workload nor its fields. */
export const relationRules: readonly Rule[] = [];

/** Those of them that are no error everywhere, by id. */
export const relationSeverities: Readonly<Record<string, Readonly<Record<'local' | 'staging' | 'production', Severity>>>> = {};
