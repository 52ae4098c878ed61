import type { AcrossRule } from '../across-rule';
import type { Waiver } from '../exceptions';
import type { Finding, Report, RuleDescription } from '../finding';
import type { SourcedObject } from '../manifest';
import type { ResourceReport } from '../planned-resource';
import { judgeManifests, type JudgeOptions, type PolicyContext, type Rule } from '../policy';
import type { PlanToJudge, ResourceRule } from '../resource-rule';
import { isWithheld, type GivenResource } from './inputs';
import { kubernetesObject, WithheldFieldError } from './kubernetes-object';

/** What is let off, and on which day. */
export interface Exemptions {
  readonly waivers: readonly Waiver[];
  readonly today: Date;
}

/** The Kubernetes objects among resources; the source of each is its URN. */
function objectsAmong(resources: readonly GivenResource[]): readonly SourcedObject[] {
  return resources.flatMap((resource) => {
    const object = kubernetesObject(resource);
    return object ? [{ object, source: resource.urn }] : [];
  });
}

/** A check up to where it reads what is withheld. */
function guarded<Args extends readonly unknown[], Report>(check: (...args: Args) => Iterable<Report>): (...args: Args) => Iterable<Report> {
  return function* (...args) {
    try {
      yield* check(...args);
    } catch (error) {
      if (!(error instanceof WithheldFieldError)) throw error;
    }
  };
}

/** Whether of some object nothing is known, or not which it is: what others look for may be in it. */
function hasGap(resources: readonly GivenResource[]): boolean {
  return resources.some(({ type, inputs }) => /^kubernetes:[^:]+\/[^:]+:/.test(type) && (Object.keys(inputs).length === 0 || ['apiVersion', 'kind', 'metadata'].some((field) => isWithheld(inputs[field]))));
}

/** What one rule finds, but for what is let off. What is wrong with exceptions for other rules, which this one knows nothing of, is not found here. */
function findingsOf({ id }: RuleDescription, objects: readonly SourcedObject[], options: JudgeOptions): readonly Finding[] {
  try {
    return judgeManifests(objects, options).findings.filter(({ rule }) => rule === id);
  } catch (error) {
    // What objects are found by is withheld.
    if (error instanceof WithheldFieldError) return [];
    throw error;
  }
}

/** What one rule on manifests finds in the Kubernetes objects among resources. */
export function judgeObjects(rule: Rule, resources: readonly GivenResource[], options: Exemptions & { readonly context: PolicyContext }): readonly Finding[] {
  const objects = objectsAmong(resources);
  if (objects.length === 0 || hasGap(resources)) return [];
  const check = guarded<Parameters<Rule['check']>, Report>((...args) => rule.check(...args));
  return findingsOf(rule, objects, { preset: [{ rule: { ...rule, check }, severity: 'error' }], ...options });
}

/** What one rule on resources finds among them. */
export function judgeResources(rule: ResourceRule, resources: readonly GivenResource[], exemptions: Exemptions): readonly Finding[] {
  const plan: PlanToJudge = { name: '', resources, preset: [{ rule, severity: 'error' }], across: [] };
  return findingsOf(rule, [], { preset: [], context: {}, plan, ...exemptions });
}

/** What one rule over both finds in the Kubernetes objects among resources and in the others. */
export function judgeAcross(rule: AcrossRule, resources: readonly GivenResource[], exemptions: Exemptions): readonly Finding[] {
  // A Secret is read as a resource: there what is withheld of it is known to be.
  const objects = objectsAmong(resources.filter(({ type }) => type !== 'kubernetes:core/v1:Secret'));
  if (objects.length === 0 || hasGap(resources)) return [];
  const check = guarded<Parameters<AcrossRule['check']>, Report | ResourceReport>((...args) => rule.check(...args));
  const plan: PlanToJudge = { name: '', resources, preset: [], across: [{ rule: { ...rule, check }, severity: 'error' }] };
  return findingsOf(rule, objects, { preset: [], context: {}, plan, ...exemptions });
}
