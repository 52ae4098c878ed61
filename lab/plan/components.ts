import type { RecordedResource } from './recorder';

/** What of a resource says where it belongs. */
export type Placed = Pick<RecordedResource, 'urn' | 'type' | 'name' | 'parent'>;

export const STACK_TYPE = 'pulumi:pulumi:Stack';

export function isComponent({ type }: Pick<Placed, 'type'>): boolean {
  return type.startsWith('rechain:infra:');
}

/** The component directly under the stack that each resource is part of, by URN; what is under none is of the stack itself. */
export function componentsOf(resources: readonly Placed[]): ReadonlyMap<string, string> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const componentOf = (resource: Placed): string => {
    const parent = byUrn.get(resource.parent);
    if (parent === undefined) return 'stack';
    if (parent.type === STACK_TYPE) return isComponent(resource) ? resource.name : 'stack';
    return componentOf(parent);
  };
  return new Map(resources.map((resource) => [resource.urn, componentOf(resource)]));
}
