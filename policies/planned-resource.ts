import { formatFieldPath, type Segments } from './field-path';
import { isFields } from './narrow';

/** A resource of the cloud before it exists, as `npm run plan -- --json` prints it. What its inputs hold is unknown. */
export interface PlannedResource {
  /** Unique in its plan; others name it as what they depend on. */
  readonly urn: string;
  /** Such as `aws:rds/instance:Instance`. */
  readonly type: string;
  readonly name: string;
  /** URN; empty for the stack. */
  readonly parent: string;
  /** A secret is `[secret]`; what is only known later is a symbol, `${primary.address}`, or says so. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  /** Where in its file an input stands; absent for a plan that was never in a file. */
  readonly locate?: (path: Segments) => number;
}

/** A value as far as a plan tells. What is decided later is neither right nor wrong. */
export type Reading = { readonly kind: 'known'; readonly value: unknown } | { readonly kind: 'later' };

/** Whether a plan does not tell a value: it is a secret, or made when the resource is. */
export function isDecidedLater(value: unknown): boolean {
  return typeof value === 'string' && (value === '[secret]' || value === '(known once it exists)' || /\$\{[^}]+\}/.test(value));
}

/** The value at a path below `value`; missing ones are known to be undefined. */
export function readAt(value: unknown, path: Segments): Reading {
  let current = value;
  for (const segment of path) {
    if (isDecidedLater(current)) return { kind: 'later' };
    if (typeof segment === 'number') current = Array.isArray(current) ? current[segment] : undefined;
    else current = isFields(current) ? current[segment] : undefined;
  }
  return isDecidedLater(current) ? { kind: 'later' } : { kind: 'known', value: current };
}

/** Some providers take booleans as texts. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

/** The opposite of {@link isTrue}; a missing value is neither. */
export function isFalse(value: unknown): boolean {
  return value === false || value === 'false';
}

/** Everything of a plan, found by type and by what depends on what. */
export class ResourceStore {
  private readonly byType = new Map<string, PlannedResource[]>();
  private readonly byUrn = new Map<string, PlannedResource>();
  private readonly byDependency = new Map<string, PlannedResource[]>();

  constructor(readonly all: readonly PlannedResource[]) {
    for (const resource of all) {
      append(this.byType, resource.type, resource);
      this.byUrn.set(resource.urn, resource);
      for (const urn of resource.dependencies) append(this.byDependency, urn, resource);
    }
  }

  ofType(...types: readonly string[]): readonly PlannedResource[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /** Those of a type that depend on `resource`, or name it by its identifier in their input `field`. */
  of(type: string, resource: PlannedResource, field: string, identifier = ''): readonly PlannedResource[] {
    const dependents = (this.byDependency.get(resource.urn) ?? []).filter((dependent) => dependent.type === type);
    const named = identifier === '' ? [] : this.ofType(type).filter((candidate) => candidate.inputs[field] === identifier);
    return [...new Set([...dependents, ...named])];
  }

  /** Whether anything of these types depends on `resource`. */
  hasDependent(resource: PlannedResource, ...types: readonly string[]): boolean {
    return (this.byDependency.get(resource.urn) ?? []).some(({ type }) => types.includes(type));
  }

  /** Those of a type that `resource` depends on. */
  behind(resource: PlannedResource, type: string): readonly PlannedResource[] {
    return resource.dependencies.flatMap((urn) => this.byUrn.get(urn) ?? []).filter((found) => found.type === type);
  }
}

function append(lists: Map<string, PlannedResource[]>, key: string, resource: PlannedResource): void {
  const list = lists.get(key);
  if (list) list.push(resource);
  else lists.set(key, [resource]);
}

/** What a rule has to say about one input of one resource. */
export interface ResourceReport {
  readonly resource: PlannedResource;
  /** The input, such as `vpcConfig.publicAccessCidrs[0]`. */
  readonly path: string;
  /** The value of that input, undefined where it is missing. */
  readonly received: unknown;
  readonly message: string;
}

/** Reports the input at `path` where the plan tells its value, and that is not right. */
export function* expectInput(resource: PlannedResource, path: Segments, isRight: (value: unknown) => boolean, message: string): Iterable<ResourceReport> {
  const reading = readAt(resource.inputs, path);
  if (reading.kind === 'known' && !isRight(reading.value)) yield { resource, path: formatFieldPath(path), received: reading.value, message };
}
