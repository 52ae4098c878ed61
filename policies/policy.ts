import { describeReceived } from './received';
import { ObjectStore } from './store';
import type { SourcedObject } from './manifest';

export type { ManifestObject, SourcedObject } from './manifest';

/** How much a finding of a rule matters; a rule that is `off` does not run. */
export type Severity = 'error' | 'warning' | 'off';

/** What a rule has to say about one field of one object. */
export interface Report {
  readonly object: SourcedObject;
  /** The field, such as `spec.template.spec.containers[0].env[2].valueFrom.secretKeyRef.key`. */
  readonly path: string;
  /** The value at that field, undefined where it is missing. Findings show it shortened, and never a secret. */
  readonly received: unknown;
  /** What is wrong, and what would be right. */
  readonly message: string;
  /** What to do here, where that is more exact than the rule's own remedy. */
  readonly remedy?: string;
}

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
  /** Where images may come from: registries, or parts of them such as `docker.io/library`. Without the list no image is judged by its origin. */
  readonly imageRegistries?: readonly string[];
}

/** Something that must always hold. It reports; a preset decides how severe that is. */
export interface Rule {
  /** In kebab-case, stable: users name it in exceptions. */
  readonly id: string;
  readonly title: string;
  /** What goes wrong where the rule is broken. */
  readonly why: string;
  /** YAML documents in which the rule, and the schema, find nothing. */
  readonly good: string;
  /** YAML documents in which the rule finds something. */
  readonly bad: string;
  readonly remedy: string;
  /** Everything the rule finds, in the order of the objects. */
  check(store: ObjectStore, context: PolicyContext): Iterable<Report>;
}

/** The rules that apply, each with its severity. */
export type Preset = readonly { readonly rule: Rule; readonly severity: Severity }[];

/** What a rule found, as plain data fit to be shown, written to a file or compared. */
export interface Finding {
  /** The id of the rule. */
  readonly rule: string;
  readonly severity: Exclude<Severity, 'off'>;
  /** The file or chart that holds the object. */
  readonly file: string;
  readonly kind: string;
  /** `''` where the object names none. */
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  /** The value in the field as text: of bounded length, and never a secret. */
  readonly received: string;
  readonly message: string;
  readonly remedy: string;
}

/** What to check by, and what to know. */
export interface CheckOptions {
  readonly preset: Preset;
  readonly context: PolicyContext;
}

function toFinding(rule: Rule, severity: Finding['severity'], report: Report): Finding {
  const { object, source } = report.object;
  return {
    rule: rule.id,
    severity,
    file: source,
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    path: report.path,
    received: describeReceived(object, report.path, report.received),
    message: report.message,
    remedy: report.remedy ?? rule.remedy,
  };
}

/** Everything that the rules of the preset find in `objects`, rule by rule, in time linear in the number of objects. */
export function checkManifests(objects: readonly SourcedObject[], { preset, context }: CheckOptions): Finding[] {
  const store = new ObjectStore(objects);
  return preset.flatMap(({ rule, severity }) =>
    severity === 'off' ? [] : Array.from(rule.check(store, context), (report) => toFinding(rule, severity, report)),
  );
}

/** A finding on a few lines: severity and rule, file, object, field and received value, what is wrong, remedy. */
export function formatFinding(finding: Finding): string {
  const name = finding.namespace === '' ? finding.name : `${finding.namespace}/${finding.name}`;
  return [
    `${finding.severity} ${finding.rule} in ${finding.file}`,
    `  ${finding.kind} ${name}`,
    `  ${finding.path}: received ${finding.received}`,
    `  ${finding.message}`,
    `  remedy: ${finding.remedy}`,
  ].join('\n');
}
