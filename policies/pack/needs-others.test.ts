import type { Finding } from '../finding';
import { checkManifests, type Rule, type SourcedObject } from '../policy';
import { strict } from '../preset';
import { resourceRules } from '../resource-preset';
import { findingsInPlan, resourcesIn } from '../resource-testing';
import { loadManifests } from '../yaml/load-manifests';
import { needsFiles, needsOthers } from './needs-others';

/** Every rule over the examples of all rules: one that needs no others finds the same in each object alone. */

const texts = (findings: readonly Finding[]): readonly string[] => findings.map((finding) => JSON.stringify(finding)).sort();
const manifests = strict.flatMap(({ rule: { good, bad } }) => [good, bad].map((text) => loadManifests('a.yaml', text).objects));
const plans = resourceRules.flatMap(({ good, bad }) => [good, bad].map(resourcesIn));

function findingsOf(rule: Rule, objects: readonly SourcedObject[]): readonly Finding[] {
  return checkManifests(objects, { preset: [{ rule, severity: 'error' }], context: {} }).filter((finding) => finding.rule === rule.id);
}

const alone = strict.map(({ rule }) => rule).filter(({ id }) => !needsOthers.has(id) && !needsFiles.has(id));
it.each(alone.map((rule) => [rule.id, rule] as const))('%s finds in one object what it finds in all', (_, rule) => {
  for (const objects of manifests) expect(texts(objects.flatMap((object) => findingsOf(rule, [object])))).toEqual(texts(findingsOf(rule, objects)));
});

const resourcesAlone = resourceRules.filter(({ id }) => !needsOthers.has(id));
it.each(resourcesAlone.map((rule) => [rule.id, rule] as const))('%s finds in one resource what it finds in all', (_, rule) => {
  for (const resources of plans) expect(texts(resources.flatMap((resource) => findingsInPlan(rule, [{ ...resource, dependencies: [] }])))).toEqual(texts(findingsInPlan(rule, resources)));
});

it('names rules that there are', () => {
  const ids = new Set([...strict.map(({ rule }) => rule.id), ...resourceRules.map(({ id }) => id)]);
  expect([...needsOthers, ...needsFiles].filter((id) => !ids.has(id))).toEqual([]);
});
