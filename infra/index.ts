import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { rechain } from '../platform/rechain';
import type { Platform } from '../platform/spec';
import { addonsOf } from './addons';
import { Alarms } from './alarms';
import { monthlyBudget } from './budget';
import { Cache } from './cache';
import { cdnOf } from './cdn';
import { clusterOf } from './cluster';
import { Database } from './database';
import { decide } from './decision';
import { Images } from './images';
import { LoadBalancer } from './load-balancer';
import { networkOf } from './network';
import { Secrets } from './secrets';
import { Shards } from './shards';
import { Workloads } from './workloads';

type Outputs = Readonly<Record<string, pulumi.Input<unknown>>>;

/**
 * Everything that the platform is in the cloud, from the ground up. Pulumi calls it for the environment that the stack is named
 * after.
 *
 * @throws RunError for what cannot work; nothing is created then
 */
function createPlatform(catalog: Platform = rechain): Outputs {
  const { deployment, charts } = decide(catalog);
  const { platform, cloud, accountId } = deployment;
  const provider = new aws.Provider('aws', { region: cloud.region, allowedAccountIds: [accountId], defaultTags: { tags: { platform: platform.name, environment: platform.environment, managedBy: 'pulumi' } } });
  const options = { providers: [provider] };

  const alarms = new Alarms('alarms', deployment, options);
  monthlyBudget(deployment, alarms, { provider });
  const images = new Images('images', deployment, options);
  const network = networkOf(deployment, options);
  const cluster = clusterOf(deployment, network, options);
  const addons = addonsOf(deployment, network, cluster, options);
  const stores = { network, clients: { cluster: cluster.securityGroupId }, alarms };
  const database = new Database('primary', deployment, { ...stores, role: 'primary', replicas: platform.data.replicas.count, encryption: { kind: 'own' } }, options);
  const shards = new Shards('shards', deployment, stores, options);
  const cache = new Cache('cache', deployment, stores, options);
  const balancer = new LoadBalancer('gateway', deployment, network, cluster, options);
  const cdn = cdnOf(deployment, balancer, cluster, options);
  const secrets = new Secrets('secrets', deployment, { database, shards, cache, cdn }, options);
  new Workloads('workloads', deployment, { charts, cluster, images: images.references, secrets: secrets.values, targetGroupArn: balancer.targetGroupArn, after: [...addons, ...cdn.access] }, options);

  return { cluster: cluster.name, address: cdn.address, shardMap: shards.map };
}

export = createPlatform;
