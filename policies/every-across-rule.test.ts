import fc from 'fast-check';
import { dump, loadAll } from 'js-yaml';
import { acrossRules } from './across-preset';
import { findingsAcross, sidesOf } from './across-testing';
import { misplacedValues, replaceNth } from './misplaced-values';
import type { PlannedResource } from './planned-resource';

/** What holds for the rules over manifests and plan together, whatever they are about. */

function withNth(resources: readonly PlannedResource[], position: number, index: number, value: unknown): readonly PlannedResource[] {
  return resources.map((resource, at) => (at === position ? { ...resource, inputs: replaceNth(resource.inputs, index, value) as Record<string, unknown> } : resource));
}

const later = ['[secret]', '(known once it exists)', '${other.output}'];

it.each(acrossRules.map((rule) => [rule.id, rule] as const))('%s finds nothing more where an input is decided later', (_, rule) => {
  for (const example of [rule.good, rule.bad]) {
    const { manifests, resources } = sidesOf(example);
    const found = findingsAcross(rule, manifests, resources).map(({ path, name }) => `${name} ${path}`);
    for (const [position, { inputs }] of resources.entries()) {
      const values = JSON.stringify(inputs).length;
      for (let index = 1; index < Math.min(values, 40); index++) {
        for (const value of later) {
          const now = findingsAcross(rule, manifests, withNth(resources, position, index, value)).map(({ path, name }) => `${name} ${path}`);
          expect(found).toEqual(expect.arrayContaining(now));
        }
      }
    }
  }
});

const examples = acrossRules.flatMap(({ good, bad }) => [good, bad]).map(sidesOf);
const manifests = examples.flatMap((example) => loadAll(example.manifests));
const resources = examples.flatMap((example) => example.resources);

it('no rule throws, whatever stands where something else is expected', () => {
  const change = fc.tuple(fc.nat(1_000), fc.integer({ min: 1, max: 40 }), misplacedValues);
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), fc.array(change, { minLength: 1, maxLength: 8 }), (ofManifests, ofResources) => {
      // Objects of which even the name is wrong never reach a rule.
      const changed = ofManifests.map(([at, index, value]) => replaceNth(manifests[at % manifests.length], index, value)).filter((object) => {
        const { apiVersion, kind, metadata } = (object ?? {}) as { apiVersion?: unknown; kind?: unknown; metadata?: { name?: unknown } | null };
        return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string';
      });
      const text = changed.map((object) => dump(object, { noRefs: true })).join('---\n');
      const planned = ofResources.flatMap(([at, index, value]) => withNth([resources[at % resources.length] as PlannedResource], 0, index, value));
      for (const rule of acrossRules) {
        for (const { received } of findingsAcross(rule, text, planned)) expect(received.length).toBeLessThan(300);
      }
    }),
    { numRuns: 200 },
  );
});
