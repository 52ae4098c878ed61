import type { AcrossPreset } from './across-rule';
import { parseFieldPath } from './field-path';
import type { Finding, RuleDescription, Severity } from './finding';
import type { PlannedResource, ResourceReport, ResourceStore } from './planned-resource';
import { describeReceived } from './received';

/** A {@link Rule} over planned resources of the cloud. Its examples are YAML lists of resources: type, name, inputs, dependencies. */
export interface ResourceRule extends RuleDescription {
  /**
   * Everything the rule finds, in the order of the resources. An input that is decided later is not judged.
   * @param today the day on which what ends is judged
   */
  check(plan: ResourceStore, today: Date): Iterable<ResourceReport>;
}

/** The rules that apply to a plan, each with its severity. */
export type ResourcePreset = readonly { readonly rule: ResourceRule; readonly severity: Severity }[];

/** The cloud resources to check, and by what. */
export interface PlanToJudge {
  /** As findings name it, in the place of a file. */
  readonly name: string;
  readonly resources: readonly PlannedResource[];
  readonly preset: ResourcePreset;
  /** The rules over the manifests and these resources together. */
  readonly across: AcrossPreset;
}

/** A report of a rule on a plan as a finding of the given severity. A plan that is in no file has no lines: the first stands for all. */
export function toResourceFinding(rule: RuleDescription, severity: Finding['severity'], plan: string, { resource, path, received, message }: ResourceReport): Finding {
  const { type: kind, name, urn, locate } = resource;
  return {
    rule: rule.id, severity, file: plan, line: locate?.(parseFieldPath(path)) ?? 1, kind, namespace: '', name, urn, path,
    received: describeReceived({ apiVersion: '', kind, metadata: { name } }, path, received),
    message, remedy: rule.remedy,
  };
}
