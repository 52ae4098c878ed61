import * as pulumi from '@pulumi/pulumi';
import type { BuiltChart, Manifest } from '../charts/app';
import type { ClusterPlace } from './cluster';
import { componentType, type Deployment } from './deployment';
import { applyObject } from './kubernetes-object';
import type { SecretValues } from './secret-plan';
import { type PlannedObject, planWorkloads, type Stage, stages } from './workload-plan';

export interface WorkloadsProps {
  readonly charts: readonly BuiltChart[];
  readonly cluster: ClusterPlace;
  /** Add-ons, network, data: what must be there first. */
  readonly after: readonly pulumi.Resource[];
  readonly images: ReadonlyMap<string, pulumi.Output<string>>;
  readonly secrets: SecretValues<pulumi.Output<string>>;
  readonly targetGroupArn: pulumi.Output<string>;
}

/** Names of keys are no secret, but a plan masks them with their values: policies read them here. */
const SECRET_KEYS_ANNOTATION = 'policies.rechain.network/secret-keys';

function secretObject(name: string, namespace: string, stringData: Readonly<Record<string, pulumi.Output<string>>>): Manifest {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace, annotations: { [SECRET_KEYS_ANNOTATION]: Object.keys(stringData).join(',') } }, type: 'Opaque', stringData };
}

/**
 * The charts' objects, applied as resources of their own kind in the order that they need: each stage after the one before it.
 * Nothing is kept of one that fails: the next `pulumi up` goes on from there.
 */
export class Workloads extends pulumi.ComponentResource {
  constructor(name: string, { platform, cloud }: Deployment, private readonly props: WorkloadsProps, options: pulumi.ComponentResourceOptions) {
    super(componentType('Workloads'), name, {}, options);
    const objects = planWorkloads(props.charts, { images: props.images, credentialsVersion: cloud.credentialsVersion, targetGroupArn: props.targetGroupArn });
    const secrets = Object.entries(props.secrets).map(([secret, values]): PlannedObject => ({ stage: 'secrets', manifest: secretObject(secret, platform.namespace, values) }));
    let previous: readonly pulumi.Resource[] = props.after;
    for (const stage of stages) {
      const applied = this.applyStage(stage, [...secrets, ...objects], previous);
      if (applied.length > 0) previous = applied;
    }
    this.registerOutputs({});
  }

  private applyStage(stage: Stage, objects: readonly PlannedObject[], after: readonly pulumi.Resource[]): readonly pulumi.Resource[] {
    return objects.filter((object) => object.stage === stage).map(({ manifest }) => applyObject(manifest, {
      parent: this, provider: this.props.cluster.provider, dependsOn: [...after],
      ...(manifest.kind === 'Secret' && { additionalSecretOutputs: ['data', 'stringData'] }),
    }));
  }
}
