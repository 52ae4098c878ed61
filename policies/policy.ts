import { Exceptions, type WaivedFinding, type Waiver } from './exceptions';
import { toFinding, type Finding, type Report, type RuleDescription, type Severity } from './finding';
import type { KubernetesVersion } from './kubernetes-version';
import type { SourcedObject } from './manifest';
import { ResourceStore } from './planned-resource';
import { toResourceFinding, type PlanToJudge } from './resource-rule';
import { ObjectStore } from './store';

export { formatFinding, type Finding, type Report, type RuleDescription, type Severity } from './finding';
export type { ManifestObject, SourcedObject } from './manifest';

/** A Secret that something outside the manifests provides. */
export interface ProvidedSecret {
  readonly name: string;
  readonly namespace: string;
  readonly keys: readonly string[];
}

/** What rules know beyond the manifests. */
export interface PolicyContext {
  /** The Secrets that exist beside those in the manifests. Without the list no reference to a Secret is judged. */
  readonly secrets?: readonly ProvidedSecret[];
  /** Whether the manifests are all there is, but for `secrets`: what they refer to must then be among them. @default false */
  readonly complete?: boolean;
  /** The oldest version of Kubernetes that is to serve the manifests. @default {@link DEFAULT_KUBERNETES_VERSION} */
  readonly kubernetesVersion?: KubernetesVersion;
  /** Where images may come from: registries, or parts of them such as `docker.io/library`. Without the list no image is judged by its origin. */
  readonly imageRegistries?: readonly string[];
}

/** Something that must always hold. It reports; a preset decides how severe that is. */
export interface Rule extends RuleDescription {
  /** Everything the rule finds, in the order of the objects. */
  check(store: ObjectStore, context: PolicyContext): Iterable<Report>;
}

/** The rules that apply, each with its severity. */
export type Preset = readonly { readonly rule: Rule; readonly severity: Severity }[];

/** What to check by, and what to know. */
export interface CheckOptions {
  readonly preset: Preset;
  readonly context: PolicyContext;
}

/** {@link CheckOptions}, and the exceptions that were made. */
export interface JudgeOptions extends CheckOptions {
  readonly waivers: readonly Waiver[];
  /** The day on which waivers, and what is supported until some day, are judged. */
  readonly today: Date;
  /** The cloud resources beside the manifests. Without them no rule on resources, or over both, is known to exceptions. */
  readonly plan?: PlanToJudge;
}

/** What rules found, without and with leave. */
export interface Verdict {
  readonly findings: readonly Finding[];
  readonly waived: readonly WaivedFinding[];
}

/** What the rules of all presets find, each finding with the object that may allow it. */
function* findAll(objects: readonly SourcedObject[], { preset, context, plan, today }: JudgeOptions): Iterable<{ readonly finding: Finding; readonly object: SourcedObject | undefined }> {
  const store = new ObjectStore(objects);
  for (const { rule, severity } of preset) {
    if (severity === 'off') continue;
    for (const report of rule.check(store, context)) yield { finding: toFinding(rule, severity, report), object: report.object };
  }
  if (plan === undefined) return;
  const resources = new ResourceStore(plan.resources);
  for (const { rule, severity } of plan.preset) {
    if (severity === 'off') continue;
    for (const report of rule.check(resources, today)) yield { finding: toResourceFinding(rule, severity, plan.name, report), object: undefined };
  }
  for (const { rule, severity } of plan.across) {
    if (severity === 'off') continue;
    for (const report of rule.check(store, resources)) {
      yield 'object' in report ? { finding: toFinding(rule, severity, report), object: report.object } : { finding: toResourceFinding(rule, severity, plan.name, report), object: undefined };
    }
  }
}

/**
 * Everything that the rules of the presets find in `objects` and the plan, rule by rule. What an exception allows is told apart; an
 * exception without reason or use is a finding itself.
 *
 * The time is linear in the number of objects and resources, but for what must be compared with each other, such as pods with node
 * groups, selectors with the pods that share their labels, hosts with those of ServiceEntries, Pods metrics with adapter rules, the
 * files of one nginx configuration with what they include, security groups with load balancers, and the findings of a rule with
 * its waivers.
 */
export function judgeManifests(objects: readonly SourcedObject[], options: JudgeOptions): Verdict {
  const { preset, plan, waivers, today } = options;
  const exceptions = new Exceptions({ objects, preset: [...preset, ...(plan?.preset ?? []), ...(plan?.across ?? [])], waivers, today });
  const findings: Finding[] = [];
  const waived: WaivedFinding[] = [];
  for (const { finding, object } of findAll(objects, options)) {
    const exception = exceptions.find(object, finding);
    if (exception) waived.push({ finding, ...exception });
    else findings.push(finding);
  }
  return { findings: [...findings, ...exceptions.findings()], waived };
}

/** Like {@link judgeManifests}, with no other exceptions than those written on the objects. */
export function checkManifests(objects: readonly SourcedObject[], options: CheckOptions): Finding[] {
  return [...judgeManifests(objects, { ...options, waivers: [], today: new Date(0) }).findings];
}
