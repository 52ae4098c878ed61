import type { AcrossRule } from '../across-rule';
import { environmentOf } from '../container-environment';
import { runningContainersOf } from '../containers';
import { connectionLimit, DATABASE, databaseInstances, PARAMETER_GROUP, type DatabaseRole } from '../database-instances';
import { exampleDeployment } from '../examples';
import { atLeastZero, fleetsOf, surgeOf } from '../fleet';
import { groupKindOf } from '../manifest';
import { numberOf, valueAt } from '../narrow';
import { podTemplateOf, type PodTemplate } from '../pod-template';
import { exampleAutoscaler } from '../relation-examples';
import { exampleResource } from '../resource-examples';
import type { ObjectStore } from '../store';

/** Which variables bring a pod to the instances of a role: where they are, and how many connections it opens to each of them. */
const VARIABLES: Readonly<Record<DatabaseRole, readonly [address: string, pool: string]>> = {
  primary: ['DATABASE_URL', 'DATABASE_POOL_MAX'],
  replica: ['DATABASE_REPLICA_URLS', 'DATABASE_REPLICA_POOL_MAX'],
  shard: ['DATABASE_SHARD_URLS', 'DATABASE_SHARD_POOL_MAX'],
};

/**
 * Of max_connections these are RDS's own: superuser_reserved_connections 3 and rds.rds_superuser_reserved_connections 2
 * (https://aws.amazon.com/premiumsupport/knowledge-center/rds-postgresql-error-connection-slots/).
 */
const RESERVED = 5;

/** Connections that the pods of one workload open to each instance of a role, at most. */
interface Demand {
  readonly workload: string;
  readonly pods: number;
  readonly connections: number;
}

/** Connections of one pod; an address that is empty is none, and a pool that is not known opens none. */
function poolOf(store: ObjectStore, pod: PodTemplate, role: DatabaseRole): number {
  const [address, pool] = VARIABLES[role];
  return [...runningContainersOf(pod)].reduce((sum, container) => {
    const environment = environmentOf(store, container);
    return environment.has(address) && environment.get(address) !== '' ? sum + atLeastZero(numberOf(environment.get(pool))) : sum;
  }, 0);
}

/** A Job's pod counts for one connection, whatever its pool: a migration is one session. */
function* jobDemands(store: ObjectStore, role: DatabaseRole): Iterable<Demand> {
  for (const job of store.ofKind('batch/Job')) {
    const pod = podTemplateOf(job);
    if (!pod || poolOf(store, pod, role) === 0) continue;
    const pods = atLeastZero(numberOf(valueAt(job.object, 'spec', 'parallelism') ?? 1));
    yield { workload: `Job ${job.object.metadata.name}`, pods, connections: pods };
  }
}

function* demandsOf(store: ObjectStore, role: DatabaseRole): Iterable<Demand> {
  for (const { pod, most } of fleetsOf(store)) {
    const pool = poolOf(store, pod, role);
    const pods = most + surgeOf(pod, most);
    if (pool * pods > 0) yield { workload: `${groupKindOf(pod.owner.object).replace('apps/', '')} ${pod.owner.object.metadata.name}`, pods, connections: pods * pool };
  }
  yield* jobDemands(store, role);
}

const MAX_NAMED = 5;

function describe(demands: readonly Demand[]): string {
  const named = [...demands].sort((a, b) => b.connections - a.connections).slice(0, MAX_NAMED).map(({ workload, pods, connections }) => `${workload} ${pods} x ${connections / pods}`);
  return `${named.join(', ')}${demands.length > MAX_NAMED ? ` and ${demands.length - MAX_NAMED} more` : ''}`;
}

const web = exampleDeployment('').replace('ports:', 'env: [{ name: DATABASE_URL, valueFrom: { secretKeyRef: { name: database, key: url } } }, { name: DATABASE_POOL_MAX, value: "10" }], ports:') + exampleAutoscaler('minReplicas: 3\n  maxReplicas: 20');
const database = (maxConnections: number): string => `---\n${exampleResource(PARAMETER_GROUP, 'primary', `{ name: primary, family: postgres17, parameters: [{ name: max_connections, value: "${maxConnections}" }] }`)}${exampleResource(DATABASE, 'primary', '{ instanceClass: db.m7g.large, parameterGroupName: primary }')}`;

/**
 * Every pod that there may be finds its whole pool: pods at the autoscaler's maximum (or replicas), and what a rolling update adds,
 * times the pool of the variables that name the instance's role, and one for each pod of a Job, within max_connections less what
 * RDS reserves. Of a replica, its own limit counts, and of each shard; without a parameter it is the default of the instance class.
 */
export const connectionsFitDatabase: AcrossRule = {
  id: 'connections-fit-database',
  title: 'The pools of all pods fit into max_connections',
  why: 'At full scale, which is when it matters, the last pods get "remaining connection slots are reserved", and pods that restart get nothing.',
  good: web + database(260),
  bad: web + database(250),
  remedy: 'Lower the pool or maxReplicas, raise max_connections with a larger instance, or put a pooler in between.',
  *check(store, plan) {
    const demands = new Map<DatabaseRole, readonly Demand[]>();
    for (const { instance, role } of databaseInstances(plan)) {
      const ofRole = demands.get(role) ?? [...demandsOf(store, role)];
      demands.set(role, ofRole);
      const wanted = ofRole.reduce((sum, { connections }) => sum + connections, 0);
      const { maxConnections, resource, path, received } = connectionLimit(plan, instance);
      if (wanted === 0 || wanted + RESERVED <= maxConnections) continue;
      yield { resource, path, received, message: `${instance.name} takes ${maxConnections} connections, of which ${RESERVED} are reserved; pods may open ${wanted} to it: ${describe(ofRole)}` };
    }
  },
};
