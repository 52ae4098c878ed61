import { acrossRules } from '../across-preset';
import { sidesOf } from '../across-testing';
import type { Finding } from '../finding';
import { isFields, type Fields } from '../narrow';
import { templatePathOf } from '../pod-template';
import type { SourcedObject } from '../policy';
import { strict } from '../preset';
import { loadManifests } from '../yaml/load-manifests';
import type { GivenResource } from './inputs';
import { judgeAcross, judgeObjects } from './judge';
import { needsFiles } from './needs-others';

/** What is withheld of one object makes no other seem at fault: every rule on its good example, with one field less known. */

const SECRET = '[secret]';
const exemptions = { waivers: [], today: new Date(0) };

function resourceOf({ object }: SourcedObject, index: number): GivenResource {
  const version = object.apiVersion.includes('/') ? object.apiVersion : `core/${object.apiVersion}`;
  return { urn: `urn:${index}`, type: `kubernetes:${version}:${object.kind}`, name: object.metadata.name, parent: '', inputs: object, dependencies: [], protect: false, areSecretsMarked: true };
}

/** `value` with what stands at a path withheld; undefined where nothing stands there. `*` stands for each key. */
function without(value: unknown, [first, ...rest]: readonly string[]): Fields | undefined {
  if (!isFields(value) || first === undefined) return undefined;
  if (first === '*') return Object.fromEntries(Object.keys(value).map((key) => [key, SECRET]));
  if (value[first] === undefined) return undefined;
  const inner = rest.length === 0 ? SECRET : without(value[first], rest);
  return inner && { ...value, [first]: inner };
}

/** Each set of resources that differs from these by one field that is withheld. */
function* withheldIn(resources: readonly GivenResource[], objects: readonly SourcedObject[]): Iterable<{ readonly path: string; readonly resources: readonly GivenResource[] }> {
  for (const [index, { object }] of objects.entries()) {
    const template = templatePathOf(object);
    const ofPods = template ? [[...template, 'metadata', 'labels', '*'], [...template, 'metadata', 'labels'], [...template, 'metadata'], template, [...template, 'spec']] : [];
    for (const path of [['metadata', 'name'], ['metadata', 'namespace'], ['metadata', 'labels'], ['metadata', 'labels', '*'], ['metadata', 'annotations'], ['metadata'], ['spec'], ...ofPods]) {
      const inputs = without(object, path);
      if (inputs) yield { path: `${object.kind} ${path.join('.')}`, resources: resources.map((resource) => (resource.urn === `urn:${index}` ? { ...resource, inputs } : resource)) };
    }
  }
}

function falseAlarms(objects: readonly SourcedObject[], others: readonly GivenResource[], judge: (resources: readonly GivenResource[]) => readonly Finding[]): readonly string[] {
  const resources = [...objects.map(resourceOf), ...others];
  return [...withheldIn(resources, objects)].flatMap(({ path, resources: withheld }) => judge(withheld).map(({ message }) => `${path}: ${message}`));
}

it.each(strict.filter(({ rule }) => !needsFiles.has(rule.id)).map(({ rule }) => [rule.id, rule] as const))('%s', (_, rule) => {
  expect(falseAlarms(loadManifests('a.yaml', rule.good).objects, [], (resources) => judgeObjects(rule, resources, { ...exemptions, context: {} }))).toEqual([]);
});

it.each(acrossRules.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  const { manifests, resources } = sidesOf(rule.good);
  const others = resources.map((resource) => ({ ...resource, areSecretsMarked: true }));
  expect(falseAlarms(loadManifests('a.yaml', manifests).objects, others, (all) => judgeAcross(rule, all, exemptions))).toEqual([]);
});
