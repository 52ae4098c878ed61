import { Command, InvalidArgumentError, Option } from 'commander';
import { environmentFrom, UnknownEnvironmentError } from '../platform/environments';
import { parseImage } from '../policies/image-reference';
import { DEFAULT_KUBERNETES_VERSION, formatKubernetesVersion, type KubernetesVersion, parseKubernetesVersion } from '../policies/kubernetes-version';
import { policyEnvironments, type PolicyEnvironment } from '../policies/preset';
import { referenceMarkdown } from '../policies/reference';
import { InputError } from './policy/input';
import { ownPlan } from './policy/own-plan';
import type { PolicyResult } from './policy/result';
import { OWN_WAIVERS, runPolicy } from './policy/run';
import { toSarif } from './policy/sarif';
import { formatText } from './policy/text';

/** `npm run policy`: what must always hold, checked on any manifests, and on our own plan of the cloud. */

interface Options {
  readonly env?: PolicyEnvironment;
  readonly complete: boolean;
  readonly kubernetesVersion: KubernetesVersion;
  readonly imageRegistry: readonly string[];
  readonly waivers?: string;
  readonly json: boolean;
  readonly sarif: boolean;
  readonly docs: boolean;
}

function toKubernetesVersion(text: string): KubernetesVersion {
  const version = parseKubernetesVersion(text);
  if (!version) throw new InvalidArgumentError('Allowed is a version such as 1.30.');
  return version;
}

/** Each `--image-registry` by itself: commander would take the paths that follow for more of them. */
function toRegistries(text: string, before: readonly string[]): readonly string[] {
  const place = text.replace(/\/$/, '');
  const image = parseImage(`${place}/image`);
  if (image === undefined || `${image.registry}/${image.repository}` !== `${place}/image`) throw new InvalidArgumentError('Allowed is a registry, or a part of one, such as ghcr.io or docker.io/library.');
  return [...before, place];
}

function format(result: PolicyResult, { json, sarif }: Options): string {
  if (sarif) return JSON.stringify(toSarif(result));
  return json ? JSON.stringify(result) : formatText(result);
}

async function run(paths: readonly string[], options: Options): Promise<void> {
  if (options.docs) {
    process.stdout.write(referenceMarkdown());
    return;
  }
  try {
    const environment = options.env ?? environmentFrom(process.env['PLATFORM_ENV']);
    const resources = paths.length === 0 ? await ownPlan(environment) : undefined;
    const result = runPolicy({ ...options, paths, environment, imageRegistries: options.imageRegistry, waivers: options.waivers, resources, today: new Date() });
    process.stdout.write(`${format(result, options)}\n`);
    process.exitCode = result.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof InputError || error instanceof UnknownEnvironmentError ? 2 : 1;
  }
}

// A reader that has seen enough, such as head, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void new Command('npm run policy --')
  .description('Checks manifests and planned cloud resources against the rules in docs/policies.md. Exits 1 on errors; warnings alone exit 0.')
  .argument('[paths...]', 'files, folders with all in them, or - for standard input: manifests, and a plan that npm run plan -- --json printed; without any: dist/, as npm run synth wrote it, and the plan of the environment')
  .addOption(new Option('--env <name>', 'whose severities apply; without it PLATFORM_ENV, or production').choices(policyEnvironments))
  .option('--complete', 'the manifests are all there is: what they refer to must be among them', false)
  .addOption(new Option('--kubernetes-version <version>', 'the oldest version that is to serve them').argParser(toKubernetesVersion).default(DEFAULT_KUBERNETES_VERSION, formatKubernetesVersion(DEFAULT_KUBERNETES_VERSION)))
  .addOption(new Option('--image-registry <registry>', 'where images may come from, or a part of it; repeatable; without it the images of our own catalog, and any in other manifests').argParser(toRegistries).default([], 'none'))
  .option('--waivers <file>', `exceptions that expire; ours are in ${OWN_WAIVERS}, read by itself only where no path is named`)
  .addOption(new Option('--json', 'print one JSON document').default(false).conflicts('sarif'))
  .addOption(new Option('--sarif', 'print a SARIF 2.1.0 log').default(false))
  .addOption(new Option('--docs', 'print the reference of all rules, and check nothing').default(false).conflicts(['json', 'sarif']))
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(run)
  .parseAsync();
