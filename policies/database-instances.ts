import { isUnset } from './containers';
import { machineSizeOf } from './machine-size';
import { listOf, numberOf, textOf, valueAt } from './narrow';
import { isDecidedLater, readAt, type PlannedResource, type ResourceStore } from './planned-resource';

export const DATABASE = 'aws:rds/instance:Instance';
export const PARAMETER_GROUP = 'aws:rds/parameterGroup:ParameterGroup';
const PROXY = 'aws:rds/proxy:Proxy';

/** What pods take an instance for. */
export type DatabaseRole = 'primary' | 'replica' | 'shard';

/** How many connections an instance takes, and where that is written; Infinity where it is not known. */
export interface ConnectionLimit {
  readonly maxConnections: number;
  readonly resource: PlannedResource;
  readonly path: string;
  readonly received: unknown;
}

/** The tag by which an instance says what it is. */
const ROLE_TAG = 'rechain:role';
const ROLES: Readonly<Record<string, DatabaseRole>> = { primary: 'primary', shards: 'shard' };

/**
 * The instances that pods connect to themselves, each with its role: a replica has a source, others a tag; the only one without
 * either is a primary. None where a proxy stands before them.
 */
export function databaseInstances(plan: ResourceStore): readonly { readonly instance: PlannedResource; readonly role: DatabaseRole }[] {
  if (plan.ofType(PROXY).length > 0) return [];
  const instances = plan.ofType(DATABASE);
  const sources = instances.filter(({ inputs }) => isUnset(inputs['replicateSourceDb']));
  return instances.flatMap((instance) => {
    if (!sources.includes(instance)) return [{ instance, role: 'replica' as const }];
    const tag = readAt(instance.inputs, ['tags', ROLE_TAG]);
    const role = tag.kind === 'later' ? undefined : (ROLES[textOf(tag.value) ?? ''] ?? (sources.length === 1 ? 'primary' : undefined));
    return role === undefined ? [] : [{ instance, role }];
  });
}

/** LEAST(DBInstanceClassMemory / 9531392, 5000). RDS keeps some of the memory for itself: an instance has a little less. */
function defaultMaxConnections(instanceClass: string): number {
  const size = machineSizeOf(instanceClass);
  return size === undefined ? Number.POSITIVE_INFINITY : Math.min(Math.floor((size.memoryGiB * 2 ** 30) / 9_531_392), 5_000);
}

function parameterGroupOf(plan: ResourceStore, instance: PlannedResource): PlannedResource | undefined {
  const name = instance.inputs['parameterGroupName'];
  return plan.behind(instance, PARAMETER_GROUP)[0] ?? plan.ofType(PARAMETER_GROUP).find(({ inputs }) => name !== undefined && inputs['name'] === name);
}

/** `max_connections` of an instance's parameter group, else what RDS gives an instance of its class. */
export function connectionLimit(plan: ResourceStore, instance: PlannedResource): ConnectionLimit {
  const group = parameterGroupOf(plan, instance);
  const { instanceClass, parameterGroupName } = instance.inputs;
  const parameters = readAt(group?.inputs, ['parameters']);
  const isLater = parameters.kind === 'later' || listOf(parameters.value).some((parameter) => isDecidedLater(parameter) || isDecidedLater(valueAt(parameter, 'name')));
  if (isLater) return { maxConnections: Number.POSITIVE_INFINITY, resource: instance, path: 'parameterGroupName', received: parameterGroupName };
  const index = listOf(parameters.value).findIndex((parameter) => valueAt(parameter, 'name') === 'max_connections');
  if (group && index >= 0) {
    const received = valueAt(listOf(parameters.value)[index], 'value');
    const value = numberOf(received);
    // A formula, or what is decided later.
    return { maxConnections: Number.isFinite(value) ? value : Number.POSITIVE_INFINITY, resource: group, path: `parameters[${index}].value`, received };
  }
  // A group that is not in the plan may say anything.
  const isKnown = group !== undefined || parameterGroupName === undefined;
  return { maxConnections: isKnown ? defaultMaxConnections(textOf(instanceClass) ?? '') : Number.POSITIVE_INFINITY, resource: instance, path: 'instanceClass', received: instanceClass };
}
