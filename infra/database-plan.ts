import { databaseClass } from '../platform/aws-capabilities';
import type { AwsSpec } from '../platform/cloud-spec';
import type { InstanceRole } from '../platform/connections';
import type { ResolvedPlatform } from '../platform/environments';

/** What an instance of a role is, decided; components only write it down. */
export interface InstancePlan {
  readonly instanceClass: string;
  /** Major: RDS takes the newest minor version of it. */
  readonly engineVersion: string;
  /** `postgres17` */
  readonly parameterFamily: string;
  readonly multiAz: boolean;
  readonly storageGiB: number;
  readonly maximumStorageGiB: number;
  readonly parameters: readonly { readonly name: string; readonly value: string; readonly applyMethod: 'immediate' | 'pending-reboot' }[];
  /** Rings below this, bytes. */
  readonly freeStorageAlarmBytes: number;
  /** Rings above this: what monitoring and people need is left. */
  readonly connectionsAlarm: number;
}

const families = { primary: 'primaryFamily', replicas: 'replicaFamily', shards: 'shardFamily' } as const;
const GROWTH = 4;

/**
 * A hot standby must allow at least as many connections as its primary, or replay stops (PostgreSQL, "Hot Standby", parameters);
 * so the parameter is the primary's where that is more, while pools and alarms keep to the replica's own budget.
 */
export function replicaMaxConnections(data: ResolvedPlatform['data']): number {
  return Math.max(data.replicas.maxConnections, data.primary.maxConnections);
}

/**
 * @throws Error when the family has no class of that memory; definePlatform reports that earlier, as an issue of the catalog
 */
export function planInstance(role: InstanceRole, { data }: Pick<ResolvedPlatform, 'data'>, { databases }: Pick<AwsSpec, 'databases'>): InstancePlan {
  const family = databases[families[role]];
  const instanceClass = databaseClass(family, data[role].memoryGiB);
  if (instanceClass === undefined) throw new Error(`no instance class of ${family} has ${data[role].memoryGiB} GiB`);
  const maxConnections = role === 'replicas' ? replicaMaxConnections(data) : data[role].maxConnections;
  return {
    instanceClass,
    engineVersion: databases.postgresVersion,
    parameterFamily: `postgres${databases.postgresVersion}`,
    multiAz: role !== 'replicas' && databases.multiAz,
    storageGiB: databases.storageGiB,
    maximumStorageGiB: databases.storageGiB * GROWTH,
    parameters: [
      { name: 'rds.force_ssl', value: '1', applyMethod: 'immediate' },
      { name: 'max_connections', value: String(maxConnections), applyMethod: 'pending-reboot' },
    ],
    freeStorageAlarmBytes: Math.floor(databases.storageGiB * 1024 ** 3 * 0.1),
    connectionsAlarm: data[role].maxConnections - Math.floor(data.reservedConnections / 2),
  };
}
