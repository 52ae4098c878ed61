import type { BuiltChart } from '../charts/app';
import { planInstance } from './database-plan';
import type { Deployment } from './deployment';
import { planNodes } from './node-group-plan';
import { knownSecrets, planSecrets } from './secret-plan';
import { planSubnets } from './subnet-plan';
import { stageOf } from './workload-plan';

/**
 * Decides once everything that can be decided without the cloud, so that what cannot work fails before anything is created.
 *
 * @throws SubnetPlanError, UnfilledSecretError, NoStageError
 */
export function preflight({ platform, cloud }: Deployment, charts: readonly BuiltChart[]): void {
  planSecrets(platform.secrets, knownSecrets);
  for (const manifest of charts.flatMap(({ manifests }) => manifests)) stageOf(manifest);
  for (const role of ['primary', 'replicas', 'shards'] as const) planInstance(role, platform, cloud);
  if (cloud.cluster.kind === 'existing') return;
  planSubnets({ ...platform.network, zones: cloud.zones });
  planNodes(platform, cloud.cluster, cloud.zones.length);
}
