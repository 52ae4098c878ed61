import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { environmentFrom, type ResolvedPlatform, resolveEnvironment } from '../platform/environments';
import { rechain } from '../platform/rechain';
import { Alarms } from './alarms';
import { Cache } from './cache';
import { clusterOf } from './cluster';
import { Database } from './database';
import { deploymentOf } from './deployment';
import { encryptionKey } from './encryption';
import { networkOf } from './network';
import { Shards } from './shards';
import { stackSettings } from './stack-settings';

type Outputs = Readonly<Record<string, pulumi.Input<unknown>>>;

/**
 * Everything that the platform is in the cloud, from the ground up. Pulumi calls it for the environment that the stack is named
 * after.
 *
 * @throws StackConfigurationError, NoCloudError, SubnetPlanError; nothing is created then
 */
function createPlatform(platform: ResolvedPlatform = resolveEnvironment(rechain, environmentFrom(pulumi.getStack()))): Outputs {
  const config = new pulumi.Config();
  const deployment = deploymentOf(platform, stackSettings((key) => config.get(key)));
  const { cloud, accountId } = deployment;
  const provider = new aws.Provider('aws', { region: cloud.region, allowedAccountIds: [accountId], defaultTags: { tags: { platform: platform.name, environment: platform.environment, managedBy: 'pulumi' } } });
  const options = { providers: [provider] };

  const network = networkOf(deployment, options);
  const cluster = clusterOf(deployment, network, options);
  const alarms = new Alarms('alarms', deployment, options);
  const clients = { cluster: cluster.securityGroupId };
  const keyArn = encryptionKey('data', deployment, 'none', { provider }).arn;
  const database = new Database('primary', deployment, { role: 'primary', replicas: platform.data.replicas.count, network, clients, keyArn, alarms }, options);
  const shards = new Shards('shards', deployment, { network, clients, keyArn, alarms }, options);
  const cache = new Cache('cache', deployment, { network, clients, keyArn, alarms }, options);

  return { clusterName: cluster.name, shardMap: shards.map, urls: pulumi.secret([database.url, cache.url]) };
}

export = createPlatform;
