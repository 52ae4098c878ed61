import { existsSync } from 'node:fs';
import { loadCatalog, policyContext } from '../../charts/synthesize';
import { acrossPresetFor } from '../../policies/across-preset';
import type { KubernetesVersion } from '../../policies/kubernetes-version';
import { judgeManifests, type Finding, type PolicyContext } from '../../policies/policy';
import type { PlannedResource } from '../../policies/planned-resource';
import { presetFor, type PolicyEnvironment } from '../../policies/preset';
import { resourcePresetFor } from '../../policies/resource-preset';
import type { PlanToJudge } from '../../policies/resource-rule';
import { parseWaivers } from '../../policies/waivers';
import { decodeText } from '../../policies/yaml/decode';
import { type LoadedFile, loadManifests } from '../../policies/yaml/load-manifests';
import type { SavedPlan } from '../../policies/yaml/saved-plan';
import { withoutBanner } from '../npm-banner';
import { InputError, readInputs, type InputFile } from './input';
import type { PolicyResult } from './result';

/** What to check, and by what. */
export interface PolicyOptions {
  /** Files, folders, `-`; empty for what we generate ourselves. */
  readonly paths: readonly string[];
  readonly environment: PolicyEnvironment;
  /** Whether what is checked is all there is. Of what we generate ourselves it always is. */
  readonly complete: boolean;
  readonly kubernetesVersion: KubernetesVersion;
  /** Where images may come from; empty for what the catalog says of our own, and nothing of others. */
  readonly imageRegistries: readonly string[];
  /** A file with waivers. */
  readonly waivers: string | undefined;
  /** The cloud resources that are checked as well. Of what we generate ourselves: own-plan.ts. */
  readonly resources: readonly PlannedResource[] | undefined;
  /** The day on which waivers are judged. */
  readonly today: Date;
}

const OUTPUT_FOLDER = 'dist';
/** What our own output is let off, each with its reason. */
export const OWN_WAIVERS = 'infra/waivers.yaml';

interface Input {
  readonly paths: readonly string[];
  readonly context: PolicyContext;
  readonly waivers: readonly string[];
}

/** What is checked when nothing is named: the manifests that `npm run synth` wrote. */
function ownOutput(): Input {
  if (!existsSync(OUTPUT_FOLDER)) throw new InputError(`input ${OUTPUT_FOLDER}: received nothing of that name, allowed is the folder with our manifests. Run npm run synth, or name the files to check.`);
  return { paths: [OUTPUT_FOLDER], context: policyContext(loadCatalog()), waivers: [OWN_WAIVERS] };
}

function load(files: readonly InputFile[]): LoadedFile {
  const loaded = files.map(({ name, bytes, named }) => {
    const text = decodeText(bytes);
    return loadManifests(name, text === undefined ? undefined : withoutBanner(text), named ? 'required' : 'optional');
  });
  return { objects: loaded.flatMap(({ objects }) => objects), plans: loaded.flatMap(({ plans }) => plans), findings: loaded.flatMap(({ findings }) => findings) };
}

function inOrderOf(files: readonly string[]): (a: Finding, b: Finding) => number {
  const positions = new Map(files.map((name, index) => [name, index]));
  return (a, b) => (positions.get(a.file) ?? files.length) - (positions.get(b.file) ?? files.length) || (a.line ?? 0) - (b.line ?? 0);
}

function inputOf({ paths, complete }: PolicyOptions): Input {
  return paths.length === 0 ? ownOutput() : { paths, context: complete ? { secrets: [], complete } : {}, waivers: [] };
}

/** The plan to judge. Without one, its rules are known to waivers all the same, and find nothing. */
function planOf({ environment, resources }: PolicyOptions, saved: readonly SavedPlan[]): PlanToJudge {
  const [preset, across] = [resourcePresetFor(environment), acrossPresetFor(environment)];
  const [plan, another] = saved;
  if (another !== undefined) throw new InputError(`input ${saved.map(({ file }) => file).join(', ')}: received ${saved.length} plans, allowed is one: a plan is judged as a whole. Check one at a time.`);
  if (plan !== undefined) return { name: plan.file, resources: plan.resources, preset, across };
  const name = `plan of ${environment}`;
  if (resources !== undefined) return { name, resources, preset, across };
  return { name, resources: [], preset: preset.map(({ rule }) => ({ rule, severity: 'off' })), across: across.map(({ rule }) => ({ rule, severity: 'off' })) };
}

/**
 * Checks files, and planned resources, by the rules of an environment.
 *
 * @throws InputError where an input cannot be read, nothing is in it, or several plans are
 */
export function runPolicy(options: PolicyOptions): PolicyResult {
  const { environment, kubernetesVersion, imageRegistries, waivers, today } = options;
  const input = inputOf(options);
  const files = readInputs(input.paths);
  const lists = [...input.waivers, ...(waivers === undefined ? [] : [waivers])].map(readWaivers);
  const { objects, plans: saved, findings: unreadable } = load(files);
  if (objects.length === 0 && saved.length === 0 && unreadable.length === 0) {
    throw new InputError(`input ${input.paths.join(', ')}: received no object and no plan, allowed is at least one. See that what should have written it succeeded.`);
  }
  const plan = planOf(options, saved);
  const context = { ...input.context, kubernetesVersion, ...(imageRegistries.length > 0 && { imageRegistries }) };
  const verdict = judgeManifests(objects, { preset: presetFor(environment), context, waivers: lists.flatMap((list) => list.waivers), today, plan });
  const findings = [...unreadable, ...verdict.findings, ...lists.flatMap((list) => list.findings)].sort(inOrderOf(files.map(({ name }) => name)));
  const plans = options.resources === undefined ? 0 : 1;
  return { findings, waived: verdict.waived, checked: { files: files.length + plans, objects: objects.length + plan.resources.length } };
}

function readWaivers(path: string): ReturnType<typeof parseWaivers> {
  const [file] = readInputs([path]);
  return parseWaivers(path, decodeText(file?.bytes ?? Buffer.of()) ?? '');
}
