import type { Waiver } from '../exceptions';
import type { Finding } from '../finding';
import type { SourcedObject } from '../manifest';
import { judgeManifests, type PolicyContext, type Rule } from '../policy';
import type { ResourceRule } from '../resource-rule';
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

/** The rule up to where it reads what is withheld. */
function guardedRule(rule: Rule): Rule {
  return {
    ...rule,
    *check(store, context) {
      try {
        yield* rule.check(store, context);
      } catch (error) {
        if (!(error instanceof WithheldFieldError)) throw error;
      }
    },
  };
}

/** Whether of some object nothing is known, or not which it is: what others look for may be in it. */
function hasGap(resources: readonly GivenResource[]): boolean {
  return resources.some(({ type, inputs }) => /^kubernetes:[^:]+\/[^:]+:/.test(type) && (Object.keys(inputs).length === 0 || ['apiVersion', 'kind', 'metadata'].some((field) => isWithheld(inputs[field]))));
}

/** What one rule on manifests finds in the Kubernetes objects among resources, but for what is let off. */
export function judgeObjects(rule: Rule, resources: readonly GivenResource[], options: Exemptions & { readonly context: PolicyContext }): readonly Finding[] {
  const objects = objectsAmong(resources);
  if (objects.length === 0 || hasGap(resources)) return [];
  try {
    const { findings } = judgeManifests(objects, { preset: [{ rule: guardedRule(rule), severity: 'error' }], ...options });
    // What is wrong with exceptions for other rules, which this one knows nothing of, is not found here.
    return findings.filter((finding) => finding.rule === rule.id);
  } catch (error) {
    // What objects are found by is withheld.
    if (error instanceof WithheldFieldError) return [];
    throw error;
  }
}

/** What one rule on resources finds among them, but for what is let off. */
export function judgeResources(rule: ResourceRule, resources: readonly GivenResource[], exemptions: Exemptions): readonly Finding[] {
  const plan = { name: '', resources, preset: [{ rule, severity: 'error' }] } as const;
  const { findings } = judgeManifests([], { preset: [], context: {}, plan, ...exemptions });
  return findings.filter((finding) => finding.rule === rule.id);
}
