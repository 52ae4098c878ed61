import { differenceOf, differenceText } from './difference';
import type { Plan, PlannedResource } from './plan';

const resource = (name: string, inputs: PlannedResource['inputs'], rest: Partial<PlannedResource> = {}): PlannedResource => ({
  urn: `urn:pulumi:production::project::rechain:infra:Database$aws:rds/instance:Instance::${name}`, type: 'aws:rds/instance:Instance', name, parent: '', dependencies: [], protect: false, inputs, ...rest,
});
const plan = (monthlyUsd: number, ...resources: PlannedResource[]): Pick<Plan, 'resources' | 'cost'> => ({ resources, cost: { monthlyUsd, byComponent: {}, priceDate: '2026-09-28', assumptions: [] } });

test('a plan does not differ from itself', () => {
  const same = plan(10, resource('a', { list: [1, { x: 2 }] }));
  expect(differenceOf(same, JSON.parse(JSON.stringify(same)) as typeof same)).toEqual({ created: [], deleted: [], changed: [], monthlyUsd: { before: 10, after: 10 } });
});

test('says what is created, deleted and changed, property by property', () => {
  const before = plan(10, resource('gone', {}), resource('kept', { class: 'small', list: [1, { x: 2 }], old: true }, { dependencies: ['a'] }));
  const after = plan(12.5, resource('kept', { class: 'large', list: [1, { x: 3 }, 4] }, { protect: true, dependencies: ['b'] }), resource('new', {}));
  const difference = differenceOf(before, after);
  expect(difference.created).toEqual([after.resources[1]?.urn]);
  expect(difference.deleted).toEqual([before.resources[0]?.urn]);
  expect(difference.changed[0]?.properties).toEqual([
    { path: 'inputs.class', before: 'small', after: 'large' },
    { path: 'inputs.list.1.x', before: 2, after: 3 },
    { path: 'inputs.list.2', before: undefined, after: 4 },
    { path: 'inputs.old', before: true, after: undefined },
    { path: 'protect', before: false, after: true },
    { path: 'dependencies', before: ['a'], after: ['b'] },
  ]);
  expect(differenceText(difference).split('\n')).toEqual([
    '+ Instance new',
    '- Instance gone',
    '~ Instance kept',
    '    inputs.class: "small" -> "large"',
    '    inputs.list.1.x: 2 -> 3',
    '    inputs.list.2: nothing -> 4',
    '    inputs.old: true -> nothing',
    '    protect: false -> true',
    '    dependencies: ["a"] -> ["b"]',
    '1 created, 1 deleted, 1 changed; +2.50 USD a month',
  ]);
});
