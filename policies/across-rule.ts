import type { Report, RuleDescription, Severity } from './finding';
import type { ResourceReport, ResourceStore } from './planned-resource';
import type { ObjectStore } from './store';

/**
 * A rule over manifests and the planned cloud together: neither side alone shows the fault. Its examples are YAML documents; one
 * that is a list holds planned resources, the others are manifests.
 *
 * What a side does not tell counts as what does no harm: an unknown need as none, an unknown limit as no limit. So a finding
 * stands whatever the unknown turns out to be.
 */
export interface AcrossRule extends RuleDescription {
  /** Everything the rule finds, about an object where one can mend it, else about a resource. */
  check(store: ObjectStore, plan: ResourceStore): Iterable<Report | ResourceReport>;
}

/** The rules that apply to manifests and plan together, each with its severity. */
export type AcrossPreset = readonly { readonly rule: AcrossRule; readonly severity: Severity }[];
