import { connectionsFitDatabase } from './across/connections-fit-database';
import { podsFitNodes } from './across/pods-fit-nodes';
import { replicasCoverZones } from './across/replicas-cover-zones';
import { secretKeyWritten } from './across/secret-key-written';
import { secretWrittenIsRead } from './across/secret-written-is-read';
import { zoneSpreadCanHold } from './across/zone-spread-can-hold';
import type { AcrossPreset, AcrossRule } from './across-rule';
import type { Severity } from './finding';
import type { PolicyEnvironment } from './preset';

/** Every rule over manifests and plan together. */
export const acrossRules: readonly AcrossRule[] = [connectionsFitDatabase, podsFitNodes, zoneSpreadCanHold, replicasCoverZones, secretKeyWritten, secretWrittenIsRead];

/** Rules that are no error everywhere, by id. */
const severities: Readonly<Record<string, Readonly<Record<PolicyEnvironment, Severity>>>> = {
  // Small environments have fewer pods than zones on purpose.
  [replicasCoverZones.id]: { local: 'off', staging: 'off', production: 'warning' },
  [secretWrittenIsRead.id]: { local: 'warning', staging: 'warning', production: 'warning' },
};

/** Every rule is an error, but those that are none in some environment. */
export const strictAcross: AcrossPreset = acrossRules.map((rule) => ({ rule, severity: severities[rule.id] ? 'warning' : 'error' }));

/** How severe a rule over both is in an environment. */
export function acrossSeverityOf(rule: string, environment: PolicyEnvironment): Severity {
  return severities[rule]?.[environment] ?? 'error';
}

/** Every rule over both, as severe as it is in an environment. */
export function acrossPresetFor(environment: PolicyEnvironment): AcrossPreset {
  return acrossRules.map((rule) => ({ rule, severity: acrossSeverityOf(rule.id, environment) }));
}
