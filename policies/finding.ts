import { formatFieldPath, parseFieldPath } from './field-path';
import type { SourcedObject } from './manifest';
import { describeReceived } from './received';

/** How much a finding of a rule matters; a rule that is `off` does not run. */
export type Severity = 'error' | 'warning' | 'off';

/** What people are told of a rule. */
export interface RuleDescription {
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
}

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
  /** The line within the field's value, from 1, where that is a text of several lines. */
  readonly textLine?: number;
}

/** What a rule found, as plain data fit to be shown, written to a file or compared. */
export interface Finding {
  /** The id of the rule. */
  readonly rule: string;
  readonly severity: Exclude<Severity, 'off'>;
  /** The file or chart that holds the object. */
  readonly file: string;
  /** From 1; undefined for an object that was built and is in no file. */
  readonly line?: number | undefined;
  readonly kind: string;
  /** `''` where the object names none. */
  readonly namespace: string;
  readonly name: string;
  /** Of a resource of the cloud: its name alone may be another's too. */
  readonly urn?: string;
  readonly path: string;
  /** The value in the field as text: of bounded length, and never a secret. */
  readonly received: string;
  readonly message: string;
  readonly remedy: string;
}

/** A report of a rule as a finding of the given severity. */
export function toFinding(rule: RuleDescription, severity: Finding['severity'], report: Report): Finding {
  const { object, source, locate } = report.object;
  return {
    rule: rule.id,
    severity,
    file: source,
    ...(locate && { line: locate(parseFieldPath(report.path), report.textLine) }),
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    path: report.path,
    received: describeReceived(object, report.path, report.received),
    message: report.message,
    remedy: report.remedy ?? rule.remedy,
  };
}

/** A finding on a few lines: severity and rule, file and line, object, field and received value, what is wrong, remedy. */
export function formatFinding(finding: Finding): string {
  const name = finding.namespace === '' ? finding.name : `${finding.namespace}/${finding.name}`;
  return [
    `${finding.severity} ${finding.rule} in ${finding.file}${finding.line === undefined ? '' : `:${finding.line}`}`,
    ...(finding.kind === '' && name === '' ? [] : [`  ${finding.kind} ${name}`]),
    `  ${finding.path === '' ? '' : `${finding.path}: `}received ${finding.received}`,
    `  ${finding.message}`,
    `  remedy: ${finding.remedy}`,
  ].join('\n');
}

/** The path of an annotation. */
export function annotationPath(parent: readonly string[], annotation: string): string {
  return formatFieldPath([...parent, 'metadata', 'annotations', annotation]);
}
