import { dump, loadAll } from 'js-yaml';
import { strictAcross } from './across-preset';
import type { AcrossRule } from './across-rule';
import { toFinding, type Finding, type Severity } from './finding';
import { schema } from './manifests/schema';
import { ResourceStore, type PlannedResource } from './planned-resource';
import { resourcesIn } from './resource-testing';
import { toResourceFinding } from './resource-rule';
import { findingsOf, objectsIn, type Twins } from './rule-testing';
import { ObjectStore } from './store';

/** The two sides of an example: documents that are lists hold resources, the others are manifests. */
export function sidesOf(yaml: string): { readonly manifests: string; readonly resources: readonly PlannedResource[] } {
  const documents = loadAll(yaml).filter((document) => document !== null);
  return {
    manifests: documents.filter((document) => !Array.isArray(document)).map((document) => dump(document, { noRefs: true })).join('---\n'),
    resources: documents.filter(Array.isArray).flatMap((list) => resourcesIn(dump(list, { noRefs: true }))),
  };
}

/** What one rule finds in manifests and resources. */
export function findingsAcross(rule: AcrossRule, manifests: string, resources: readonly PlannedResource[]): Finding[] {
  return Array.from(rule.check(new ObjectStore(objectsIn(manifests)), new ResourceStore(resources)), (report) => ('object' in report ? toFinding(rule, 'error', report) : toResourceFinding(rule, 'error', 'plan', report)));
}

/** What one rule finds in an example. */
export function findingsInBoth(rule: AcrossRule, yaml: string): Finding[] {
  const { manifests, resources } = sidesOf(yaml);
  return findingsAcross(rule, manifests, resources);
}

/** What holds for every rule over both: its examples show the fault and its absence, and it says nothing of one side alone. */
export function itIsAnAcrossRule(rule: AcrossRule, severity: Severity = 'error'): void {
  describe(`rule ${rule.id}`, () => {
    it('finds nothing in its good example, whose manifests are valid', () => {
      expect(findingsInBoth(rule, rule.good)).toEqual([]);
      expect(findingsOf(schema, sidesOf(rule.good).manifests)).toEqual([]);
    });

    it('finds what is wrong in its bad example, and says where, what and how to mend it', () => {
      const findings = findingsInBoth(rule, rule.bad);
      expect(findings).not.toEqual([]);
      for (const { kind, name, message, remedy, received } of findings) {
        for (const text of [kind, name, message, remedy, received]) expect(text).not.toBe('');
      }
    });

    it('says nothing where one side is missing', () => {
      const { manifests, resources } = sidesOf(rule.bad);
      expect(findingsAcross(rule, manifests, [])).toEqual([]);
      expect(findingsAcross(rule, '', resources)).toEqual([]);
    });

    it('has a name in kebab-case and applies in the strict preset, with its severity', () => {
      expect(rule.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(strictAcross.find((entry) => entry.rule === rule)?.severity).toBe(severity);
    });
  });
}

/** The rule tells each pair of twins apart. */
export function itTellsBothApart(rule: AcrossRule, twins: readonly Twins[]): void {
  it.each(twins)(`${rule.id} finds %s, and nothing in its twin`, (_, right, wrong, ...paths) => {
    expect(findingsInBoth(rule, right)).toEqual([]);
    expect(findingsInBoth(rule, wrong).map(({ path }) => path)).toEqual(paths);
  });
}
