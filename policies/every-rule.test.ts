import fc from 'fast-check';
import { dump } from 'js-yaml';
import { judgeManifests } from './policy';
import { presetFor, strict } from './preset';
import { loadManifests } from './yaml/load-manifests';

/** What holds for the rules together, whatever they are about. */

/** The examples of all rules: whatever rules look at is in one of them. */
const documents = strict.flatMap(({ rule }) => [...loadManifests('bad.yaml', rule.bad).objects, ...loadManifests('good.yaml', rule.good).objects].map(({ object }) => object));

/** Values that stand where something else is expected, as someone may write them. */
const wrong = fc.constantFrom<unknown>(null, 0, -1, 1.5, true, '', 'text', '${x}', [], {}, [null], ['a'], [{}], { a: null }, { '': '' });

/** Puts `value` in place of the `index`-th value inside `node`, counted from the outside in. */
function replaceAt(node: unknown, index: number, value: unknown): unknown {
  let left = index;
  const visit = (current: unknown): unknown => {
    if (left-- === 0) return value;
    if (Array.isArray(current)) return current.map(visit);
    if (typeof current !== 'object' || current === null) return current;
    return Object.fromEntries(Object.entries(current).map(([key, inner]) => [key, visit(inner)]));
  };
  return visit(node);
}

it('no rule throws, whatever stands where something else is expected', () => {
  const change = fc.tuple(fc.nat(documents.length - 1), fc.nat(60), wrong);
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
      const text = changes.map(([document, index, value]) => dump(replaceAt(documents[document], index, value), { noRefs: true })).join('---\n');
      const { objects } = loadManifests('a.yaml', text);
      const { findings } = judgeManifests(objects, { preset: presetFor('production'), context: { complete: true, secrets: [] }, waivers: [], today: new Date(0) });
      for (const { line, received } of findings) {
        expect(line).toBeGreaterThan(0);
        expect(received.length).toBeLessThan(300);
      }
    }),
    { numRuns: 100 },
  );
});

it('each rule has words of its own', () => {
  for (const field of ['id', 'title', 'why'] as const) expect(new Set(strict.map(({ rule }) => rule[field])).size).toBe(strict.length);
});
