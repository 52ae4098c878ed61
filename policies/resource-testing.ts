import { load } from 'js-yaml';
import type { Finding, Severity } from './finding';
import { isFields, listOf, textOf } from './narrow';
import { type PlannedResource, ResourceStore } from './planned-resource';
import { strictResources } from './resource-preset';
import { type ResourceRule, toResourceFinding } from './resource-rule';
import type { Twins } from './rule-testing';

/** The resources in a YAML list; what one leaves out is as if nothing were said. The URN of one is `<type>::<name>`. */
export function resourcesIn(yaml: string): PlannedResource[] {
  return listOf(load(yaml)).filter(isFields).map((fields) => {
    const [type, name] = [textOf(fields['type']) ?? '', textOf(fields['name']) ?? ''];
    const inputs = fields['inputs'];
    return { urn: `${type}::${name}`, type, name, parent: '', inputs: isFields(inputs) ? inputs : {}, dependencies: listOf(fields['dependencies']).map(String), protect: fields['protect'] === true };
  });
}

/** On which rules are judged unless a test is about another day. */
const EXAMPLE_DAY = new Date('2026-06-01');

/** What one rule finds in resources. */
export function findingsInPlan(rule: ResourceRule, resources: readonly PlannedResource[], today = EXAMPLE_DAY): Finding[] {
  return Array.from(rule.check(new ResourceStore(resources), today), (report) => toResourceFinding(rule, 'error', 'plan', report));
}

/** What holds for every rule on resources: its examples show the fault and its absence, and what is decided later is not judged. */
export function itIsAResourceRule(rule: ResourceRule, severity: Severity = 'error'): void {
  describe(`rule ${rule.id}`, () => {
    it('finds nothing in its good example', () => {
      expect(findingsInPlan(rule, resourcesIn(rule.good))).toEqual([]);
    });

    it('finds what is wrong in its bad example, and says where, what and how to mend it', () => {
      const findings = findingsInPlan(rule, resourcesIn(rule.bad));
      expect(findings).not.toEqual([]);
      for (const { kind, name, message, remedy, received } of findings) {
        for (const text of [kind, name, message, remedy, received]) expect(text).not.toBe('');
      }
    });

    it('has a name in kebab-case and applies in the strict preset, with its severity', () => {
      expect(rule.id).toMatch(/^[a-z]+[0-9]*(-[a-z0-9]+)*$/);
      expect(strictResources.find((entry) => entry.rule === rule)?.severity).toBe(severity);
    });
  });
}

/** The rule tells each pair of twins apart; both are YAML lists of resources. */
export function itTellsResourcesApart(rule: ResourceRule, twins: readonly Twins[]): void {
  it.each(twins)(`${rule.id} finds %s, and nothing in its twin`, (_, right, wrong, ...paths) => {
    expect(findingsInPlan(rule, resourcesIn(right))).toEqual([]);
    expect(findingsInPlan(rule, resourcesIn(wrong)).map(({ path }) => path)).toEqual(paths);
  });
}
