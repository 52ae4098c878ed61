import * as pulumi from '@pulumi/pulumi';

/** Of the plugin; the engine fetches it when it is first needed. */
const PLUGIN_VERSION = '0.0.22';

export interface ImageBuildArgs {
  readonly context: { readonly location: string };
  readonly dockerfile: { readonly location: string } | { readonly inline: string };
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly platforms: readonly string[];
  readonly tags: readonly pulumi.Input<string>[];
  readonly registries: readonly { readonly address: pulumi.Input<string>; readonly username: pulumi.Input<string>; readonly password: pulumi.Input<string> }[];
}

/**
 * An image built by BuildKit and pushed: Pulumi's docker-build provider. Its package would add nothing but these types, so that
 * the resource is described here. Nothing is built in a preview.
 */
export class ImageBuild extends pulumi.CustomResource {
  /** `sha256:…` of what was pushed. */
  declare readonly digest: pulumi.Output<string>;

  constructor(name: string, args: ImageBuildArgs, options: pulumi.CustomResourceOptions) {
    super('docker-build:index:Image', name, { ...args, push: true, buildOnPreview: false, digest: undefined }, { ...options, version: PLUGIN_VERSION });
  }
}
