import { existsSync } from 'node:fs';
import { loadCatalog } from '../../charts/synthesize';
import type { KubernetesVersion } from '../../policies/kubernetes-version';
import { judgeManifests, type Finding, type PolicyContext } from '../../policies/policy';
import { presetFor, type PolicyEnvironment } from '../../policies/preset';
import { parseWaivers } from '../../policies/waivers';
import { decodeText } from '../../policies/yaml/decode';
import { loadManifests } from '../../policies/yaml/load-manifests';
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
  /** A file with waivers. */
  readonly waivers: string | undefined;
  /** The day on which waivers are judged. */
  readonly today: Date;
}

const OUTPUT_FOLDER = 'dist';

/** What is checked when nothing is named: the manifests that `npm run synth` wrote. The plan of the cloud resources joins here. */
function ownOutput(): { readonly paths: readonly string[]; readonly context: PolicyContext } {
  if (!existsSync(OUTPUT_FOLDER)) throw new InputError(`input ${OUTPUT_FOLDER}: received nothing of that name, allowed is the folder with our manifests. Run npm run synth, or name the files to check.`);
  const { secrets, namespace } = loadCatalog();
  return { paths: [OUTPUT_FOLDER], context: { secrets: secrets.map(({ name, keys }) => ({ name, namespace, keys })), complete: true } };
}

function load(files: readonly InputFile[]) {
  const loaded = files.map(({ name, bytes, named }) => loadManifests(name, decodeText(bytes), named ? 'required' : 'optional'));
  return { objects: loaded.flatMap(({ objects }) => objects), findings: loaded.flatMap(({ findings }) => findings) };
}

function inOrderOf(files: readonly string[]): (a: Finding, b: Finding) => number {
  const positions = new Map(files.map((name, index) => [name, index]));
  return (a, b) => (positions.get(a.file) ?? files.length) - (positions.get(b.file) ?? files.length) || (a.line ?? 0) - (b.line ?? 0);
}

/**
 * Checks files by the rules of an environment.
 *
 * @throws InputError where an input cannot be read, or nothing is in it
 */
export function runPolicy({ paths, environment, complete, kubernetesVersion, waivers, today }: PolicyOptions): PolicyResult {
  const own = paths.length === 0 ? ownOutput() : { paths, context: complete ? { secrets: [], complete } : {} };
  const files = readInputs(own.paths);
  const list = waivers === undefined ? { waivers: [], findings: [] } : readWaivers(waivers);
  const { objects, findings: unreadable } = load(files);
  if (objects.length === 0 && unreadable.length === 0) {
    throw new InputError(`input ${own.paths.join(', ')}: received no object, allowed is at least one. See that what should have written it succeeded.`);
  }
  const verdict = judgeManifests(objects, { preset: presetFor(environment), context: { ...own.context, kubernetesVersion }, waivers: list.waivers, today });
  const findings = [...unreadable, ...verdict.findings, ...list.findings].sort(inOrderOf(files.map(({ name }) => name)));
  return { findings, waived: verdict.waived, checked: { files: files.length, objects: objects.length } };
}

function readWaivers(path: string): ReturnType<typeof parseWaivers> {
  const [file] = readInputs([path]);
  return parseWaivers(path, decodeText(file?.bytes ?? Buffer.of()) ?? '');
}
