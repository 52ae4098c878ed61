import { type Platform, type ServiceSpec, tiersOf } from './spec';

/** Pods that a rolling update may add beyond `maxReplicas`: `maxSurge` of every Deployment. */
export const MAX_SURGE_PERCENT = 25;

export type InstanceRole = 'primary' | 'replicas' | 'shards';

/** How the connections of one database instance are shared out at full scale. */
export interface ConnectionBudget {
  readonly role: InstanceRole;
  readonly maxConnections: number;
  readonly reservedConnections: number;
  /** Pods that open a pool to it when every HPA is at its maximum, a rolling update included. */
  readonly pods: number;
  /** Connections each pod can have, unrounded to any bound. */
  readonly share: number;
  /** Connections each pod is given: the smaller of its share and the catalog's upper bound. */
  readonly poolMaximum: number;
}

/** What RDS gives an instance by default: `LEAST(DBInstanceClassMemory / 9531392, 5000)`. */
export function rdsMaxConnections(memoryGiB: number): number {
  return Math.min(Math.floor((memoryGiB * 1024 ** 3) / 9_531_392), 5_000);
}

/** Pods of a service at full scale, those a rolling update adds included. */
export function podsAtFullScale(service: Pick<ServiceSpec, 'tiers'>): number {
  return tiersOf(service).reduce((sum, { scaling }) => sum + scaling.maxReplicas + Math.ceil((scaling.maxReplicas * MAX_SURGE_PERCENT) / 100), 0);
}

function uses(service: ServiceSpec, role: InstanceRole): boolean {
  return role === 'shards' ? service.database === 'sharded' : role === 'replicas' ? service.database === 'primary-and-replicas' : service.database !== 'none';
}

/** The connection budget of every kind of instance that some service uses. */
export function connectionBudgets(platform: Pick<Platform, 'services' | 'data'>): readonly ConnectionBudget[] {
  const { data } = platform;
  return (['primary', 'replicas', 'shards'] as const)
    .filter((role) => role !== 'replicas' || data.replicas.count > 0)
    .map((role) => {
      const pods = platform.services.filter((service) => uses(service, role)).reduce((sum, service) => sum + podsAtFullScale(service), 0);
      const { maxConnections, poolMaximum } = data[role];
      const share = pods === 0 ? Infinity : Math.floor((maxConnections - data.reservedConnections) / pods);
      // A pooler multiplexes: behind it a pod keeps the catalog's bound.
      const bounded = data.pooler === 'none' ? Math.max(1, Math.min(share, poolMaximum)) : poolMaximum;
      return { role, maxConnections, reservedConnections: data.reservedConnections, pods, share, poolMaximum: bounded };
    })
    .filter((budget) => budget.pods > 0);
}
