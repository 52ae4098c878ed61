import fc from 'fast-check';
import { dump } from 'js-yaml';
import { acrossRules } from './across-preset';
import { misplacedValues, replaceNth } from './misplaced-values';
import { judgeManifests } from './policy';
import { presetFor, strict } from './preset';
import { resourceRules } from './resource-preset';
import { loadManifests } from './yaml/load-manifests';

/** What holds for the rules together, whatever they are about. */

/** The examples of all rules: whatever rules look at is in one of them. */
const documents = strict.flatMap(({ rule }) => [...loadManifests('bad.yaml', rule.bad).objects, ...loadManifests('good.yaml', rule.good).objects].map(({ object }) => object));

it('no rule throws, whatever stands where something else is expected', () => {
  const change = fc.tuple(fc.nat(documents.length - 1), fc.nat(60), misplacedValues);
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
      const text = changes.map(([document, index, value]) => dump(replaceNth(documents[document], index, value), { noRefs: true })).join('---\n');
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

it('each rule has words of its own, and an id that no other rule has', () => {
  const all = [...strict.map(({ rule }) => rule), ...resourceRules, ...acrossRules];
  for (const field of ['id', 'title', 'why'] as const) expect(new Set(all.map((rule) => rule[field])).size).toBe(all.length);
});
