import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { componentType, type Deployment } from './deployment';
import { encryptionKey } from './encryption';
import { ImageBuild, type ImageBuildArgs } from './image-build';
import { imagePlatforms, type ImagePlan, planImages } from './image-plan';

const KEPT_IMAGES = 30;

/** Images that no tag names go after a day, old ones when there are too many. */
const lifecycle = {
  rules: [
    { rulePriority: 1, description: 'untagged', selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 }, action: { type: 'expire' } },
    { rulePriority: 2, description: 'old', selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: KEPT_IMAGES }, action: { type: 'expire' } },
  ],
};

/**
 * A repository for each image, scanned on push, its tags immutable; the image built or mirrored into it, and its digest, by which
 * manifests name it.
 *
 * Cost (2026-09): 0.10 USD a GB and month.
 */
export class Images extends pulumi.ComponentResource {
  /** By the name that manifests have: where the image is, by digest. */
  readonly references: ReadonlyMap<string, pulumi.Output<string>>;
  private readonly keyArn: pulumi.Output<string>;

  constructor(name: string, private readonly deployment: Deployment, options: pulumi.ComponentResourceOptions) {
    super(componentType('Images'), name, {}, options);
    this.keyArn = encryptionKey(name, deployment, 'none', { parent: this }).arn;
    const token = aws.ecr.getAuthorizationTokenOutput({}, { parent: this });
    const login = { username: token.userName, password: pulumi.secret(token.password) };
    this.references = new Map(planImages(deployment.platform).map((plan) => [plan.image, this.publish(plan, login)]));
    this.registerOutputs({});
  }

  private createRepository(repository: string): aws.ecr.Repository {
    const { cloud } = this.deployment;
    const created = new aws.ecr.Repository(repository, {
      name: repository, imageTagMutability: 'IMMUTABLE', imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: 'KMS', kmsKey: this.keyArn }], forceDelete: cloud.protection === 'disposable',
    }, { parent: this });
    new aws.ecr.LifecyclePolicy(repository, { repository: created.name, policy: JSON.stringify(lifecycle) }, { parent: this });
    return created;
  }

  private publish({ repository, tag, source }: ImagePlan, login: { readonly username: pulumi.Output<string>; readonly password: pulumi.Output<string> }): pulumi.Output<string> {
    const { repositoryUrl } = this.createRepository(repository);
    const recipe: Pick<ImageBuildArgs, 'dockerfile' | 'buildArgs'> = source.kind === 'build'
      ? { dockerfile: { location: 'services/Dockerfile' }, buildArgs: { SERVICE: source.service, VERSION: tag } }
      : { dockerfile: { inline: `FROM ${source.from}\n` }, buildArgs: {} };
    const build = new ImageBuild(repository, { ...recipe, context: { location: '.' }, platforms: imagePlatforms(this.deployment.cloud.cluster), tags: [pulumi.interpolate`${repositoryUrl}:${tag}`], registries: [{ address: repositoryUrl, ...login }] }, { parent: this });
    return pulumi.interpolate`${repositoryUrl}@${build.digest}`;
  }
}
