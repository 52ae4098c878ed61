import * as kubernetes from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import type { Manifest } from '../charts/app';

type ObjectClass = new (name: string, args: Readonly<Record<string, unknown>>, options: pulumi.CustomResourceOptions) => pulumi.CustomResource;
type Groups = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, ObjectClass | undefined>> | undefined>> | undefined>>;

/** `apps/v1` to [apps, v1], `v1` to [core, v1], `networking.k8s.io/v1` to [networking, v1]. */
function groupOf(apiVersion: string): readonly [group: string, version: string] {
  const [group = '', version] = apiVersion.split('/');
  return version === undefined ? ['core', group] : [group.replace(/(\.authorization)?\.k8s\.io$/, ''), version];
}

/**
 * Applies an object as a resource of its own kind, which knows when it is ready; one of a kind that Kubernetes does not have
 * itself as a custom resource. Our own class of every kind would be lost on the provider.
 */
export function applyObject(manifest: Manifest, options: pulumi.CustomResourceOptions): pulumi.CustomResource {
  const [group, version] = groupOf(manifest.apiVersion);
  const { name } = manifest.metadata;
  // The SDK is a tree of classes by these names; each is loaded when it is read.
  const ObjectKind = (kubernetes as unknown as Groups)[group]?.[version]?.[manifest.kind];
  if (ObjectKind !== undefined) return new ObjectKind(name, manifest, options);
  return new kubernetes.apiextensions.CustomResource(name, { ...manifest }, options);
}
