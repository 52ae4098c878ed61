import { loadAll } from 'js-yaml';
import { schema } from './manifests/schema';
import { checkManifests, type Finding, type ManifestObject, type PolicyContext, type Rule, type SourcedObject } from './policy';
import { strict } from './preset';

/** The objects in YAML documents, as a rule gets them. */
export function objectsIn(yaml: string): SourcedObject[] {
  return loadAll(yaml).map((document) => ({ object: document as ManifestObject, source: 'test.yaml' }));
}

/** What one rule finds in YAML documents. */
export function findingsOf(rule: Rule, yaml: string, context: PolicyContext = {}): Finding[] {
  return checkManifests(objectsIn(yaml), { preset: [{ rule, severity: 'error' }], context });
}

/** A pod with these labels (YAML), as a document that follows others. */
export function podWith(labels: string, namespace = 'shop'): string {
  return `
---
apiVersion: v1
kind: Pod
metadata: { name: '${labels}', namespace: ${namespace}, labels: ${labels} }
spec: { containers: [{ name: main, image: main:1 }] }
`;
}

/**
 * What holds for every rule, whatever it is about: its examples show the fault and its absence, and nothing else.
 * @param context in which the examples are judged
 */
export function itIsARule(rule: Rule, context: PolicyContext = {}): void {
  describe(`rule ${rule.id}`, () => {
    it('finds nothing in its good example', () => {
      expect(findingsOf(rule, rule.good, context)).toEqual([]);
    });

    it('finds what is wrong in its bad example, and says where, what and how to mend it', () => {
      const findings = findingsOf(rule, rule.bad, context);
      expect(findings).not.toEqual([]);
      for (const { path, message, remedy, received } of findings) {
        for (const text of [path, message, remedy, received]) expect(text).not.toBe('');
      }
    });

    it('has a good example that is valid by its schema', () => {
      expect(findingsOf(schema, rule.good)).toEqual([]);
    });

    it('has a name in kebab-case and applies in the strict preset, as an error', () => {
      expect(rule.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(strict.find((entry) => entry.rule === rule)?.severity).toBe('error');
    });
  });
}
