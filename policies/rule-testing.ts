import { loadAll } from 'js-yaml';
import { schema } from './manifests/schema';
import { checkManifests, type Finding, type ManifestObject, type PolicyContext, type Rule, type Severity, type SourcedObject } from './policy';
import { strict } from './preset';

/** The objects in YAML documents, as a rule gets them. */
export function objectsIn(yaml: string): SourcedObject[] {
  return loadAll(yaml).filter((document) => document !== null).map((document) => ({ object: document as ManifestObject, source: 'test.yaml' }));
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

/** A pod with this spec (YAML in braces, without them). */
export function podOf(spec: string): string {
  return `{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: shop, labels: { app: web } }, spec: { ${spec} } }`;
}

/** A pod with one container of these fields, and more in its spec. */
export function podOfContainer(fields: string, spec = ''): string {
  return podOf(`${spec && `${spec}, `}containers: [{ name: web, ${fields} }]`);
}

/** YAML in which a rule finds nothing, and YAML with one difference in which it finds something at these paths. */
export type Twins = readonly [what: string, right: string, wrong: string, ...paths: readonly string[]];

/** The rule tells each pair of twins apart. */
export function itTellsApart(rule: Rule, twins: readonly Twins[], context: PolicyContext = {}): void {
  it.each(twins)(`${rule.id} finds %s, and nothing in its twin`, (_, right, wrong, ...paths) => {
    expect(findingsOf(rule, right, context)).toEqual([]);
    expect(findingsOf(rule, wrong, context).map(({ path }) => path)).toEqual(paths);
  });
}

/**
 * What holds for every rule, whatever it is about: its examples show the fault and its absence, and nothing else.
 * @param context in which the examples are judged
 * @param severity that the strict preset gives it
 */
export function itIsARule(rule: Rule, context: PolicyContext = {}, severity: Severity = 'error'): void {
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

    it('has a name in kebab-case and applies in the strict preset, with its severity', () => {
      expect(rule.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(strict.find((entry) => entry.rule === rule)?.severity).toBe(severity);
    });
  });
}
