import { instanceTypes } from '../platform/aws-capabilities';
import type { ClusterSpec } from '../platform/cloud-spec';
import type { ResolvedPlatform } from '../platform/environments';

/** Where an image comes from: built of this repository, or taken from a registry as it is. */
export type ImageSource = { readonly kind: 'build'; readonly service: string } | { readonly kind: 'mirror'; readonly from: string };

/** One image in a repository of our own. */
export interface ImagePlan {
  /** As manifests name it: `rechain/web4-service:1.0.0`. */
  readonly image: string;
  /** Of the repository in our registry. */
  readonly repository: string;
  readonly tag: string;
  readonly source: ImageSource;
}

/** `1.0.0` of a tag, or the first digits of a digest: a repository takes no digest for a tag. */
function tagOf(image: string): string {
  const digest = /@sha256:([0-9a-f]{12})/.exec(image)?.[1];
  return digest ?? image.slice(image.lastIndexOf(':') + 1);
}

const repositoryOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');

/**
 * Every image of the platform: services are built; the gateway's is mirrored, so that what runs is what was scanned, pinned by
 * digest, whatever its registry does later. The services of one image share it.
 */
export function planImages({ name, environment, services, gateway }: Pick<ResolvedPlatform, 'name' | 'environment' | 'services' | 'gateway'>): readonly ImagePlan[] {
  const ours = `${name}/`;
  // One of its own for each environment, so that two can share an account.
  const registry = `${name}-${environment}`;
  const plans = [...services.map(({ image }) => image), gateway.image].map((image): ImagePlan => {
    const repository = repositoryOf(image);
    const built = repository.startsWith(ours) && !image.includes('@');
    return {
      image,
      repository: `${registry}/${built ? '' : 'mirror/'}${repository.slice(repository.lastIndexOf('/') + 1)}`,
      tag: tagOf(image),
      source: built ? { kind: 'build', service: repository.slice(ours.length).replace(/-service$/, '') } : { kind: 'mirror', from: image },
    };
  });
  return [...new Map(plans.map((plan) => [plan.image, plan])).values()];
}

/** The platform that nodes run. An existing cluster's is not known: both. */
export function imagePlatforms(cluster: ClusterSpec): readonly string[] {
  if (cluster.kind === 'existing') return ['linux/amd64', 'linux/arm64'];
  return [instanceTypes[cluster.onDemand.instanceTypes[0] ?? '']?.architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64'];
}
