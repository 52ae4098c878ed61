import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import { componentType, type Deployment } from './deployment';
import { apiKeysMap, type KnownSecretValues, planSecrets, type SecretValues } from './secret-plan';

const CDN_SECRET = 'cdn-secret';
/** Of API keys, bytes: hex digits alone, since the keys stand in nginx's configuration. */
const KEY_BYTES = 32;

export interface SecretsProps {
  readonly database: { readonly url: pulumi.Output<string>; readonly replicaUrls: readonly pulumi.Output<string>[] };
  readonly shards: { readonly urls: readonly pulumi.Output<string>[] };
  readonly cache: { readonly url: pulumi.Output<string> };
  readonly cdn: { readonly distributionId: pulumi.Output<string> | undefined };
}

/** The authority of a region's RDS instances, from AWS's trust store; public, and good until 2061. */
export function databaseAuthority(region: string): string {
  return readFileSync(join(__dirname, 'rds-authorities', `${region}.pem`), 'utf8');
}

/**
 * Generates the API keys, and brings together what each Kubernetes Secret of the catalog holds. Every value is a secret of
 * Pulumi's: encrypted in its state, masked wherever it is shown.
 */
export class Secrets extends pulumi.ComponentResource {
  readonly values: SecretValues<pulumi.Output<string>>;

  constructor(name: string, private readonly deployment: Deployment, { database, shards, cache, cdn }: SecretsProps, options: pulumi.ComponentResourceOptions) {
    super(componentType('Secrets'), name, {}, options);
    const joined = (urls: readonly pulumi.Output<string>[]): pulumi.Output<string> => pulumi.all([...urls]).apply((all) => all.join(','));
    const values: KnownSecretValues<pulumi.Output<string>> = {
      'database-secret': { url: database.url, 'replica-urls': joined(database.replicaUrls), 'shard-urls': joined(shards.urls), 'ca.pem': pulumi.output(databaseAuthority(deployment.cloud.region)) },
      'redis-secret': { url: cache.url },
      ...(cdn.distributionId !== undefined && { [CDN_SECRET]: { 'distribution-id': cdn.distributionId } }),
      'gateway-api-keys': { 'api-keys.map': this.apiKeys() },
    };
    // Without a CDN there is nothing to invalidate, and no pod names this Secret.
    const wanted = deployment.platform.secrets.filter(({ name: secret }) => secret !== CDN_SECRET || cdn.distributionId !== undefined);
    this.values = planSecrets(wanted, values);
    this.registerOutputs({});
  }

  private apiKeys(): pulumi.Output<string> {
    const { apiClients, credentialsVersion } = this.deployment.cloud;
    const clients = apiClients.map(({ name, tier }) => new random.RandomBytes(`api-key-${name}`, { length: KEY_BYTES, keepers: { version: String(credentialsVersion) } }, { parent: this }).hex.apply((key) => ({ key, tier })));
    return pulumi.secret(pulumi.all(clients).apply(apiKeysMap));
  }
}
