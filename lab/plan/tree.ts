import { componentsOf, isComponent, STACK_TYPE } from './components';
import { secretPaths } from './masking';
import type { Plan, PlannedResource } from './plan';

/** A component as the tree shows it. */
interface Node {
  readonly component: PlannedResource;
  readonly own: readonly PlannedResource[];
  readonly children: readonly Node[];
}

const shortType = (type: string): string => type.slice(type.lastIndexOf(':') + 1);
export const usd = (amount: number): string => `${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })} USD`;

function nodeOf(component: PlannedResource, children: ReadonlyMap<string, readonly PlannedResource[]>): Node {
  // A resource may be the parent of another (a policy under its role): it counts with it.
  const below = (urn: string): readonly PlannedResource[] => (children.get(urn) ?? []).flatMap((child) => (isComponent(child) ? [child] : [child, ...below(child.urn)]));
  const all = below(component.urn);
  return { component, own: all.filter((resource) => !isComponent(resource)), children: all.filter(isComponent).map((child) => nodeOf(child, children)) };
}

function everything({ own, children }: Node): readonly PlannedResource[] {
  return [...own, ...children.flatMap(everything)];
}

function counts(resources: readonly PlannedResource[]): string {
  const byType = new Map<string, number>();
  for (const { type } of resources) byType.set(shortType(type), (byType.get(shortType(type)) ?? 0) + 1);
  return [...byType].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => `${count} ${type}`).join(', ');
}

function protectedNames(resources: readonly PlannedResource[]): readonly string[] {
  return resources.filter(({ protect }) => protect).map(({ type, name }) => `${shortType(type)} ${name}`);
}

/** Resources by name, `Instance primary`, with what is secret in each. */
function secrets(resources: readonly PlannedResource[]): readonly string[] {
  return resources.flatMap((resource) => {
    const paths = secretPaths(resource.inputs);
    return paths.length === 0 ? [] : [`${shortType(resource.type)} ${resource.name}: ${paths.join(', ')}`];
  });
}

function row(label: string, values: readonly string[], indent: string): readonly string[] {
  return values.length === 0 ? [] : [`${indent}${label.padEnd(10)} ${values.join('; ')}`];
}

/** What makes two components alike for a reader: the same types, protection and secrets. */
function signature(node: Node): string {
  return JSON.stringify([counts(everything(node)), everything(node).filter(({ protect }) => protect).length, node.children.map(signature)]);
}

/** Runs of children that differ in their names alone become one. */
function groups(nodes: readonly Node[]): readonly (readonly Node[])[] {
  const bySignature = new Map<string, Node[]>();
  for (const node of nodes) bySignature.set(signature(node), [...(bySignature.get(signature(node)) ?? []), node]);
  return [...bySignature.values()];
}

function details(node: Node, after: readonly string[], indent: string): readonly string[] {
  return [
    ...row('after', after.length === 0 ? [] : [after.join(', ')], indent),
    ...row('creates', node.own.length === 0 ? [] : [counts(node.own)], indent),
    ...row('protected', protectedNames(node.own), indent),
    ...row('secret', secrets(node.own), indent),
    ...groups(node.children).flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const names = group.length === 1 ? first.component.name : `${first.component.name} … ${group.at(-1)?.component.name} (${group.length} alike, each:)`;
      return [`${indent}${names}`, ...details(first, [], `${indent}  `)];
    }),
  ];
}

function childrenOf(resources: readonly PlannedResource[]): ReadonlyMap<string, readonly PlannedResource[]> {
  const children = new Map<string, PlannedResource[]>();
  for (const resource of resources) {
    const siblings = children.get(resource.parent);
    if (siblings === undefined) children.set(resource.parent, [resource]);
    else siblings.push(resource);
  }
  return children;
}

/** Other components that some resource of each component waits for. */
function dependenciesBetween(resources: readonly PlannedResource[], components: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { urn, dependencies } of resources) {
    const component = components.get(urn) ?? 'stack';
    const others = found.get(component) ?? new Set();
    for (const dependency of dependencies) others.add(components.get(dependency) ?? 'stack');
    others.delete(component);
    found.set(component, others);
  }
  return new Map([...found].map(([component, others]) => [component, [...others].sort()]));
}

function costText(cost: number | null | undefined): string {
  return cost === undefined ? 'no charge' : cost === null ? 'cost not known' : `${usd(cost)} a month`;
}

/** A plan for people: components with counts, dependencies, protection, secrets and cost. */
export function planTree({ resources, cost, connections }: Plan): string {
  const components = componentsOf(resources);
  const children = childrenOf(resources);
  const dependencies = dependenciesBetween(resources, components);
  const stack = resources.find(({ type }) => type === STACK_TYPE);
  const tops = (children.get(stack?.urn ?? '') ?? []).filter(isComponent).map((component) => nodeOf(component, children));
  const ofStack = resources.filter((resource) => components.get(resource.urn) === 'stack' && resource.type !== STACK_TYPE);
  const heading = (name: string, count: number): string => `${name.padEnd(12)} ${String(count).padStart(4)} resources   ${costText(cost.byComponent[name])}`;
  return [
    ...(ofStack.length === 0 ? [] : [heading('stack', ofStack.length), ...row('creates', [counts(ofStack)], '  '), ...row('protected', protectedNames(ofStack), '  ')]),
    ...tops.flatMap((node) => [heading(node.component.name, everything(node).length), ...details(node, dependencies.get(node.component.name) ?? [], '  ')]),
    '',
    `${resources.length} resources, ${resources.filter(({ protect }) => protect).length} protected; ${usd(cost.monthlyUsd)} a month, of what is known (oldest price ${cost.priceDate})`,
    ...cost.assumptions.map((assumption) => `  - ${assumption}`),
    `connections at full scale: ${connections.used.map(({ role, connections: used, maxConnections }) => `${role} ${used} of ${maxConnections}`).join(', ')}`,
  ].join('\n');
}
