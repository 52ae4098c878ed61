import { annotationPath, toFinding, type Finding, type Report, type RuleDescription, type Severity } from './finding';
import type { SourcedObject } from './manifest';
import { isFields, valueAt } from './narrow';
import { templatePathOf } from './pod-template';
import { suggestion } from './suggestion';

/** What an object bears to be let off a rule: `policies.rechain.network/allow.<rule-id>: "<reason>"`. */
export const ALLOW_PREFIX = 'policies.rechain.network/allow.';

const EXAMPLE = `
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
  namespace: shop
  annotations: { policies.rechain.network/allow.unique-object: "REASON" }
`;
const example = (reason: string): string => EXAMPLE.replace('REASON', reason);

/** An exception that cannot be honoured. */
export const exceptionValid: RuleDescription = {
  id: 'exception-valid',
  title: 'An exception names a rule and says why',
  why: 'An exception without a reason is never taken back, and one for a rule that does not exist allows nothing.',
  good: example('Both are the same object, from two overlays.'),
  bad: example(''),
  remedy: 'Write the id of a rule (docs/policies.md) and a reason, or remove the exception.',
};

/** An exception that nothing needs any longer. */
export const exceptionUsed: RuleDescription = {
  id: 'exception-used',
  title: 'An exception is still needed',
  why: 'An exception that nothing needs hides the next fault of its kind.',
  good: `${example('Both are the same object, from two overlays.')}---${EXAMPLE.replace('\n  annotations: { policies.rechain.network/allow.unique-object: "REASON" }', '')}`,
  bad: example('It was needed once.'),
  remedy: 'Remove the exception.',
};

/** A waiver whose time is over. */
export const waiverCurrent: RuleDescription = {
  id: 'waiver-current',
  title: 'A waiver has not expired',
  why: 'A waiver buys time until a day. After it the rule holds again.',
  good: `
waivers:
  - rule: unique-object
    object: ConfigMap shop/web
    reason: Both are the same object, from two overlays.
    expires: 2099-12-31
`,
  bad: `
waivers:
  - rule: unique-object
    object: ConfigMap shop/web
    reason: Both are the same object, from two overlays.
    expires: 2020-12-31
`,
  remedy: 'Mend what it was about and remove it, or agree on another day.',
};

/** Everything that can be wrong with exceptions. */
export const exceptionRules: readonly RuleDescription[] = [exceptionValid, exceptionUsed, waiverCurrent];

/** An exception that a list of waivers makes, for as long as it lasts. */
export interface Waiver {
  readonly rule: string;
  /** `<kind> <namespace>/<name>`, or `<kind> <name>` of an object without namespace; `*` stands for anything. */
  readonly object: string;
  readonly reason: string;
  /** The last day on which it holds, `2026-12-31`, in UTC. */
  readonly expires: string;
  /** Where it is written. */
  readonly file: string;
  readonly line: number;
}

/** What allows a finding. */
export interface Leave {
  readonly by: 'annotation' | 'waiver';
  readonly reason: string;
}

/** A finding that an exception allows. */
export interface WaivedFinding extends Leave {
  readonly finding: Finding;
}

interface Annotation {
  readonly rule: string;
  readonly report: Report;
  readonly reason: string;
  used: boolean;
}

interface LiveWaiver {
  readonly waiver: Waiver;
  readonly pattern: RegExp;
  readonly expired: boolean;
  used: boolean;
}

export interface ExceptionsProps {
  readonly objects: readonly SourcedObject[];
  readonly preset: readonly { readonly rule: RuleDescription; readonly severity: Severity }[];
  readonly waivers: readonly Waiver[];
  readonly today: Date;
}

function annotationsOf(object: SourcedObject): Annotation[] {
  const parents = [[], ...(templatePathOf(object.object)?.length ? [templatePathOf(object.object) ?? []] : [])];
  return parents.flatMap((parent) => {
    const annotations = valueAt(object.object, ...parent, 'metadata', 'annotations');
    if (!isFields(annotations)) return [];
    return Object.keys(annotations).filter((key) => key.startsWith(ALLOW_PREFIX)).map((key) => {
      const reason = annotations[key];
      const report = { object, path: annotationPath(parent, key), received: reason, message: '' };
      return { rule: key.slice(ALLOW_PREFIX.length), report, reason: typeof reason === 'string' ? reason.trim() : '', used: false };
    });
  });
}

function patternOf(object: string): RegExp {
  return new RegExp(`^${object.trim().split('*').map((part) => part.replace(/[.+?^${}()|[\]\\/]/g, '\\$&')).join('.*')}$`);
}

/** The exceptions of one check: which findings they allow, and what is wrong with them. */
export class Exceptions {
  private readonly annotations = new Map<SourcedObject, readonly Annotation[]>();
  private readonly waivers = new Map<string, LiveWaiver[]>();
  private readonly severities: ReadonlyMap<string, Severity>;

  constructor({ objects, preset, waivers, today }: ExceptionsProps) {
    this.severities = new Map(preset.map(({ rule, severity }) => [rule.id, severity]));
    for (const object of objects) {
      const annotations = annotationsOf(object);
      if (annotations.length > 0) this.annotations.set(object, annotations);
    }
    const date = today.toISOString().slice(0, 10);
    for (const waiver of waivers) {
      const live = { waiver, pattern: patternOf(waiver.object), expired: waiver.expires < date, used: false };
      this.waivers.set(waiver.rule, [...(this.waivers.get(waiver.rule) ?? []), live]);
    }
  }

  /** What allows a finding about `object`, or about something that bears no annotations; undefined where nothing does. */
  find(object: SourcedObject | undefined, { rule, kind, namespace, name }: Finding): Leave | undefined {
    const annotation = object && this.annotations.get(object)?.find((candidate) => candidate.rule === rule && candidate.reason !== '');
    if (annotation) {
      annotation.used = true;
      return { by: 'annotation', reason: annotation.reason };
    }
    const text = `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
    const live = this.waivers.get(rule)?.find(({ pattern }) => pattern.test(text));
    if (!live) return undefined;
    live.used = true;
    return live.expired ? undefined : { by: 'waiver', reason: live.waiver.reason };
  }

  /** What is wrong with the exceptions, once all findings were asked about. */
  findings(): readonly Finding[] {
    return [...this.annotationFindings(), ...this.waiverFindings()];
  }

  private *annotationFindings(): Iterable<Finding> {
    for (const { rule, report, reason, used } of [...this.annotations.values()].flat()) {
      if (!this.severities.has(rule)) yield toFinding(exceptionValid, 'error', { ...report, message: this.unknownRule(rule) });
      else if (reason === '') yield toFinding(exceptionValid, 'error', { ...report, message: 'gives no reason, and so allows nothing' });
      else if (!used && this.severities.get(rule) !== 'off') yield toFinding(exceptionUsed, 'warning', { ...report, message: `rule ${rule} finds nothing here` });
    }
  }

  private *waiverFindings(): Iterable<Finding> {
    for (const { waiver, expired, used } of [...this.waivers.values()].flat()) {
      const finding = (rule: RuleDescription, severity: Finding['severity'], path: string, received: string, message: string): Finding =>
        ({ rule: rule.id, severity, file: waiver.file, line: waiver.line, kind: '', namespace: '', name: '', path, received: JSON.stringify(received), message, remedy: rule.remedy });
      if (!this.severities.has(waiver.rule)) yield finding(exceptionValid, 'error', 'rule', waiver.rule, this.unknownRule(waiver.rule));
      else if (expired) yield finding(waiverCurrent, 'error', 'expires', waiver.expires, `the waiver of ${waiver.rule} for ${waiver.object} has expired`);
      else if (!used && this.severities.get(waiver.rule) !== 'off') yield finding(exceptionUsed, 'warning', 'object', waiver.object, `rule ${waiver.rule} finds nothing in such an object`);
    }
  }

  private unknownRule(rule: string): string {
    return `there is no rule ${rule}${suggestion(rule, this.severities.keys())}`;
  }
}
