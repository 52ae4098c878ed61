import * as pulumi from '@pulumi/pulumi';
import type { ShardMap } from '../platform/spec';
import { Database, type DatabaseProps } from './database';
import { componentType, type Deployment } from './deployment';
import { encryptionKey } from './encryption';

/**
 * Independent Postgres instances, each with subnet group, security group and credentials of its own. Which keys live where is
 * data: the catalog's bucket map, which services get with their configuration.
 *
 * Cost (us-east-1, 2026-08): db.r7g.large 349 USD a month with a standby, each shard.
 */
export class Shards extends pulumi.ComponentResource {
  /** Secret, in shard order. */
  readonly urls: readonly pulumi.Output<string>[];
  readonly map: ShardMap;

  constructor(name: string, deployment: Deployment, props: Omit<DatabaseProps, 'role' | 'replicas' | 'encryption'>, options: pulumi.ComponentResourceOptions) {
    super(componentType('Shards'), name, {}, options);
    const encryption = { kind: 'shared', keyArn: encryptionKey(name, deployment, 'none', { parent: this }).arn } as const;
    const { count, map } = deployment.platform.data.shards;
    this.urls = Array.from({ length: count }, (_, shard) => new Database(`shard-${shard}`, deployment, { ...props, role: 'shards', replicas: 0, encryption }, { parent: this }).url);
    this.map = map;
    this.registerOutputs({ map: this.map });
  }
}
