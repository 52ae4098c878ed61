import type { AcrossRule } from '../across-rule';
import type { Waiver } from '../exceptions';
import type { Finding, Report, RuleDescription } from '../finding';
import { namespaceOf, type SourcedObject } from '../manifest';
import { isFields, valueAt } from '../narrow';
import type { ResourceReport } from '../planned-resource';
import { podTemplateOf, templatePathOf } from '../pod-template';
import { judgeManifests, type JudgeOptions, type PolicyContext, type Rule } from '../policy';
import type { PlanToJudge, ResourceRule } from '../resource-rule';
import { isWithheld, type GivenResource } from './inputs';
import { kubernetesObject, Reader } from './kubernetes-object';
import { needsOthers, seekPods } from './needs-others';

/** What is let off, and on which day. */
export interface Exemptions {
  readonly waivers: readonly Waiver[];
  readonly today: Date;
}

/** The Kubernetes objects among resources; the source of each is its URN. */
function objectsAmong(resources: readonly GivenResource[], reader: Reader): readonly SourcedObject[] {
  return resources.flatMap((resource) => {
    const object = kubernetesObject(resource, reader);
    return object ? [{ object, source: resource.urn }] : [];
  });
}

/** Resources with the items of lists, such as a `ConfigMapList`, in place of those. */
function unlisted(resources: readonly GivenResource[]): readonly GivenResource[] {
  return resources.flatMap((resource) => {
    const { type, inputs: { apiVersion, kind, items } } = resource;
    if (!type.startsWith('kubernetes:') || typeof kind !== 'string' || !type.endsWith(`:${kind}`) || !kind.endsWith('List') || items === undefined) return [resource];
    const ofItem = { apiVersion, kind: kind.slice(0, -'List'.length) };
    const each: readonly unknown[] = Array.isArray(items) ? items : [undefined];
    return each.map((item) => ({ ...resource, type: type.slice(0, -'List'.length), inputs: isFields(item) ? { ...ofItem, ...item } : {} }));
  });
}

/** Whether of some object nothing is known, or not which it is: what others look for may be in it. */
function hasGap(resources: readonly GivenResource[]): boolean {
  return resources.some(({ type, inputs }) => {
    if (!/^kubernetes:[^:]+\/[^:]+:/.test(type)) return false;
    const { apiVersion, kind, metadata } = inputs;
    return Object.keys(inputs).length === 0 || [apiVersion, kind, metadata, valueAt(metadata, 'name')].some(isWithheld);
  });
}

/** What one rule finds, but for what is let off. What is wrong with exceptions for other rules, which this one knows nothing of, is not found here. */
function findingsOf({ id }: RuleDescription, objects: readonly SourcedObject[], options: JudgeOptions): readonly Finding[] {
  return judgeManifests(objects, options).findings.filter(({ rule }) => rule === id);
}

/** What a rule finds in objects that `reader` reads. */
type Finder = (objects: readonly SourcedObject[], reader: Reader) => readonly Finding[];

/** Whether a resource holds a part of an object that something else makes, as a `DeploymentPatch` does. */
function isPatch({ type, inputs }: GivenResource): boolean {
  return type.startsWith('kubernetes:') && type.endsWith(`:${String(inputs['kind'])}Patch`);
}

/** An object whose namespace is not known, as it would be in each of these. */
function inEach(namespaces: readonly string[], { object, source }: SourcedObject): readonly SourcedObject[] {
  return namespaces.map((namespace) => ({ object: { ...object, metadata: { ...object.metadata, namespace } }, source }));
}

/**
 * What a rule finds in objects together. A patch is not judged, nor is an object whose namespace or pods are not known, or not their
 * labels: of the others is found what does not depend on it, which is found with it as far as it is known and without it.
 */
function findTogether({ id }: RuleDescription, resources: readonly GivenResource[], find: Finder): readonly Finding[] {
  if (hasGap(resources)) return [];
  const [reader, lenient] = [new Reader(), new Reader()];
  const objects = objectsAmong(resources, reader);
  const patches = new Set(resources.filter(isPatch).map(({ urn }) => urn));
  const clear = new Set(objects.filter((sourced) => !patches.has(sourced.source) && reader.mayRead(() => [namespaceOf(sourced.object), podTemplateOf(sourced)?.labels])));
  if (clear.size === 0) return [];
  if (clear.size === objects.length) return find(objects, reader);
  if (seekPods.has(id) && objects.some((sourced) => !clear.has(sourced) && templatePathOf(sourced.object))) return [];
  const placeOf = ({ file, urn, path }: Finding): string => JSON.stringify([file, urn, path]);
  const namespaces = [...new Set(Array.from(clear, ({ object }) => namespaceOf(object)))];
  const asKnown = objectsAmong(resources, lenient).flatMap((sourced, index): readonly SourcedObject[] => {
    const object = objects[index];
    if (object && clear.has(object)) return [object];
    return object && reader.mayRead(() => namespaceOf(object.object)) ? [sourced] : inEach(namespaces, sourced);
  });
  const places = new Set(find(asKnown, reader).map(placeOf));
  return find([...clear], reader).filter((finding) => places.has(placeOf(finding)));
}

/** What one rule on manifests finds in the Kubernetes objects among resources. */
export function judgeObjects(rule: Rule, given: readonly GivenResource[], options: Exemptions & { readonly context: PolicyContext }): readonly Finding[] {
  const resources = unlisted(given);
  const find: Finder = (objects, reader) => {
    const check = reader.guard<Parameters<Rule['check']>, Report>((...args) => rule.check(...args));
    return findingsOf(rule, objects, { preset: [{ rule: { ...rule, check }, severity: 'error' }], ...options });
  };
  if (needsOthers.has(rule.id)) return findTogether(rule, resources, find);
  const reader = new Reader();
  return find(objectsAmong(resources.filter((resource) => !isPatch(resource)), reader), reader);
}

/** What one rule on resources finds among them. */
export function judgeResources(rule: ResourceRule, resources: readonly GivenResource[], exemptions: Exemptions): readonly Finding[] {
  const plan: PlanToJudge = { name: '', resources, preset: [{ rule, severity: 'error' }], across: [] };
  return findingsOf(rule, [], { preset: [], context: {}, plan, ...exemptions });
}

/** What one rule over both finds in the Kubernetes objects among resources and in the others. */
export function judgeAcross(rule: AcrossRule, given: readonly GivenResource[], exemptions: Exemptions): readonly Finding[] {
  const resources = unlisted(given);
  // A Secret is read as a resource: there what is withheld of it is known to be.
  const manifests = resources.filter(({ type }) => type !== 'kubernetes:core/v1:Secret');
  // These rules look for namespaces among resources themselves.
  if (hasGap(resources) || resources.some(({ type, inputs }) => type.startsWith('kubernetes:') && isWithheld(valueAt(inputs, 'metadata', 'namespace')))) return [];
  return findTogether(rule, manifests, (objects, reader) => {
    const check = reader.guard<Parameters<AcrossRule['check']>, Report | ResourceReport>((...args) => rule.check(...args));
    const plan: PlanToJudge = { name: '', resources, preset: [], across: [{ rule: { ...rule, check }, severity: 'error' }] };
    return findingsOf(rule, objects, { preset: [], context: {}, plan, ...exemptions });
  });
}
