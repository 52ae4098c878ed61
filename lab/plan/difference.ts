import { isDeepStrictEqual } from 'node:util';
import type { Plan, PlannedResource } from './plan';

/** One property of a resource that two plans disagree on. */
export interface PropertyChange {
  /** `inputs.parameters.1.value`, `protect`, `dependencies`. */
  readonly path: string;
  /** Undefined where there was none, and in JSON absent. */
  readonly before: unknown;
  readonly after: unknown;
}

/** What changes from a saved plan to this one; resources are the same when their URN is. */
export interface Difference {
  readonly created: readonly string[];
  readonly deleted: readonly string[];
  readonly changed: readonly { readonly urn: string; readonly properties: readonly PropertyChange[] }[];
  readonly monthlyUsd: { readonly before: number; readonly after: number };
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function changesOf(path: string, before: unknown, after: unknown): readonly PropertyChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) return [{ path, before, after }];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => changesOf(`${path}.${key}`, before[key], after[key]));
}

function compared(before: PlannedResource, after: PlannedResource): readonly PropertyChange[] {
  return [
    ...changesOf('inputs', before.inputs, after.inputs),
    ...changesOf('protect', before.protect, after.protect),
    ...(isDeepStrictEqual(before.dependencies, after.dependencies) ? [] : [{ path: 'dependencies', before: before.dependencies, after: after.dependencies }]),
  ];
}

export function differenceOf(before: Pick<Plan, 'resources' | 'cost'>, after: Pick<Plan, 'resources' | 'cost'>): Difference {
  const [old, now] = [before, after].map(({ resources }) => new Map(resources.map((resource) => [resource.urn, resource]))) as [Map<string, PlannedResource>, Map<string, PlannedResource>];
  const both = after.resources.flatMap((resource) => {
    const previous = old.get(resource.urn);
    const properties = previous === undefined ? [] : compared(previous, resource);
    return properties.length === 0 ? [] : [{ urn: resource.urn, properties }];
  });
  return {
    created: [...now.keys()].filter((urn) => !old.has(urn)),
    deleted: [...old.keys()].filter((urn) => !now.has(urn)),
    changed: both,
    monthlyUsd: { before: before.cost.monthlyUsd, after: after.cost.monthlyUsd },
  };
}

/** `Instance primary` of a URN. */
function shortName(urn: string): string {
  const [, , types = '', name = ''] = urn.split('::');
  return `${types.slice(types.lastIndexOf(':') + 1)} ${name}`;
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

export function differenceText({ created, deleted, changed, monthlyUsd }: Difference): string {
  const change = monthlyUsd.after - monthlyUsd.before;
  return [
    ...created.map((urn) => `+ ${shortName(urn)}`),
    ...deleted.map((urn) => `- ${shortName(urn)}`),
    ...changed.flatMap(({ urn, properties }) => [`~ ${shortName(urn)}`, ...properties.map(({ path, before, after }) => `    ${path}: ${shown(before)} -> ${shown(after)}`)]),
    `${created.length} created, ${deleted.length} deleted, ${changed.length} changed; ${change >= 0 ? '+' : '-'}${Math.abs(change).toFixed(2)} USD a month`,
  ].join('\n');
}
