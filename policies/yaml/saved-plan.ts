import type { Segments } from '../field-path';
import { isFields, listOf, textOf, type Fields } from '../narrow';
import type { PlannedResource } from '../planned-resource';

/** A plan of the cloud, as `npm run plan -- --json` prints it. */
export interface SavedPlan {
  /** The file that holds it. */
  readonly file: string;
  readonly resources: readonly PlannedResource[];
}

/** What is wrong with a plan. */
export interface PlanFault {
  readonly path: Segments;
  readonly received: unknown;
  readonly message: string;
}

/** Whether a document is a plan: it is no object of Kubernetes, and lists resources, one with a URN among them. */
export function isSavedPlan(value: Fields): boolean {
  return value['apiVersion'] === undefined && value['kind'] === undefined && listOf(value['resources']).some((resource) => isFields(resource) && textOf(resource['urn']) !== undefined);
}

/** The resources of a plan; one that lacks what rules look at is a fault. */
export function resourcesOfPlan(plan: Fields, locate: (path: Segments) => number): { readonly resources: readonly PlannedResource[]; readonly faults: readonly PlanFault[] } {
  const faults: PlanFault[] = [];
  const resources = listOf(plan['resources']).flatMap((resource, index): PlannedResource[] => {
    const at = ['resources', index];
    const fields = isFields(resource) ? resource : {};
    const [urn, type, name, inputs] = [textOf(fields['urn']), textOf(fields['type']), textOf(fields['name']), fields['inputs']];
    if (urn !== undefined && type !== undefined && name !== undefined && isFields(inputs)) {
      return [{ urn, type, name, inputs, parent: textOf(fields['parent']) ?? '', dependencies: listOf(fields['dependencies']).map(String), protect: fields['protect'] === true, locate: (path) => locate([...at, 'inputs', ...path]) }];
    }
    for (const field of ['urn', 'type', 'name'] as const) if (textOf(fields[field]) === undefined) faults.push({ path: [...at, field], received: fields[field], message: 'must be a text, as npm run plan -- --json writes it' });
    if (!isFields(inputs)) faults.push({ path: [...at, 'inputs'], received: inputs, message: 'must be a map, as npm run plan -- --json writes it' });
    return [];
  });
  return { resources, faults };
}
