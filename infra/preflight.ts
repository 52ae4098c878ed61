import type { BuiltChart } from '../charts/app';
import { planInstance } from './database-plan';
import type { Deployment } from './deployment';
import { planNodes } from './node-group-plan';
import { knownSecrets, planSecrets } from './secret-plan';
import { planSubnets } from './subnet-plan';
import { stageOf } from './workload-plan';

/** Thrown for a choice of the catalog that charts know and this program does not build. */
export class NotBuiltError extends Error {
  override readonly name = 'NotBuiltError';
  constructor(path: string, received: string, allowed: string, remedy: string) {
    super(`${path}: received ${JSON.stringify(received)}, allowed is ${JSON.stringify(allowed)}. ${remedy}`);
  }
}

/**
 * Decides once everything that can be decided without the cloud, so that what cannot work fails before anything is created.
 *
 * @throws NotBuiltError, SubnetPlanError, UnfilledSecretError, NoStageError
 */
export function preflight({ platform, cloud }: Deployment, charts: readonly BuiltChart[]): void {
  if (platform.data.pooler !== 'none') {
    throw new NotBuiltError('data.pooler', platform.data.pooler, 'none', 'RDS Proxy serves no read replicas, so half of the pools would be without: take larger instances or fewer pods.');
  }
  planSecrets(platform.secrets, knownSecrets);
  for (const manifest of charts.flatMap(({ manifests }) => manifests)) stageOf(manifest);
  for (const role of ['primary', 'replicas', 'shards'] as const) planInstance(role, platform, cloud);
  if (cloud.cluster.kind === 'existing') return;
  planSubnets({ ...platform.network, zones: cloud.zones });
  planNodes(platform, cloud.cluster, cloud.zones.length);
}
