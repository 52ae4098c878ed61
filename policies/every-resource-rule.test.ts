import fc from 'fast-check';
import { parseFieldPath, type Segments } from './field-path';
import { misplacedValues, replaceNth } from './misplaced-values';
import type { PlannedResource } from './planned-resource';
import { resourceRules } from './resource-preset';
import { findingsInPlan, resourcesIn } from './resource-testing';

/** What holds for the rules on resources together, whatever they are about. */

function replaceAt(node: unknown, [first, ...rest]: Segments, value: unknown): unknown {
  if (first === undefined) return value;
  if (Array.isArray(node)) return node.map((entry, index): unknown => (index === first ? replaceAt(entry, rest, value) : entry));
  return { ...(node as Record<string, unknown>), [first]: replaceAt((node as Record<string, unknown> | undefined)?.[first], rest, value) };
}

const later = ['[secret]', '(known once it exists)', '${other.output}'];
/** What is found in a document or in what stands beside the resource, and not in one value. */
const found = resourceRules.flatMap((rule) => findingsInPlan(rule, resourcesIn(rule.bad)).filter(({ path }) => path !== '' && !/Statement|^policy/.test(path)).map(({ path, kind, name }) => [rule.id, path, rule, kind, name] as const));

it.each(found)('%s does not judge %s where it is decided later', (_, path, rule, kind, name) => {
  for (const value of later) {
    const resources = resourcesIn(rule.bad).map((resource) => (resource.type === kind && resource.name === name ? { ...resource, inputs: replaceAt(resource.inputs, parseFieldPath(path), value) as Record<string, unknown> } : resource));
    expect(findingsInPlan(rule, resources).map((finding) => finding.path)).not.toContain(path);
  }
});

const examples = resourceRules.flatMap(({ good, bad }) => [...resourcesIn(good), ...resourcesIn(bad)]);

it('no rule throws, whatever stands where something else is expected', () => {
  const change = fc.tuple(fc.nat(examples.length - 1), fc.integer({ min: 1, max: 20 }), misplacedValues);
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
      const resources = changes.flatMap(([example, index, value]): PlannedResource[] => {
        const resource = examples[example];
        return resource ? [{ ...resource, inputs: replaceNth(resource.inputs, index, value) as Record<string, unknown> }] : [];
      });
      for (const rule of resourceRules) {
        for (const { received } of findingsInPlan(rule, resources)) expect(received.length).toBeLessThan(300);
      }
    }),
    { numRuns: 200 },
  );
});
