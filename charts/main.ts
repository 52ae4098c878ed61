import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { UnknownEnvironmentError } from '../platform/environments';
import { withoutSchema } from '../policies/preset';
import { replaceFolder } from './output-folder';
import { loadCatalog, type Synthesis, synthesize } from './synthesize';

/** The entry of `npm run synth`, and the app of `cdk8s synth`. */

interface SynthOptions {
  readonly output: string;
  readonly json: boolean;
}

function report({ environment, files }: Synthesis, { output, json }: SynthOptions): string {
  const objects = files.reduce((sum, file) => sum + file.objects, 0);
  if (json) return JSON.stringify({ environment, output, files: files.map(({ name, objects: count }) => ({ name, objects: count })), objects });
  const width = Math.max(...files.map((file) => file.name.length));
  const rows = files.map(({ name, objects: count }) => `  ${name.padEnd(width)}  ${String(count).padStart(3)} objects`);
  return [`${environment}: ${objects} objects in ${files.length} files, checked, in ${output}/`, ...rows].join('\n');
}

function write(synthesis: Synthesis, options: SynthOptions): void {
  const cdk8sFolder = process.env['CDK8S_OUTDIR'];
  if (cdk8sFolder === undefined) {
    replaceFolder(options.output, synthesis.files);
    process.stdout.write(`${report(synthesis, options)}\n`);
    return;
  }
  // The cdk8s command has emptied this folder already, and lists what is in it afterwards.
  mkdirSync(cdk8sFolder, { recursive: true });
  for (const { name, text } of synthesis.files) writeFileSync(join(cdk8sFolder, name), text);
}

function run(options: SynthOptions): void {
  try {
    write(synthesize(loadCatalog(), process.env['PLATFORM_ENV'], withoutSchema), options);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof UnknownEnvironmentError ? 2 : 1;
  }
}

new Command('npm run synth --')
  .description('Writes every Kubernetes manifest of the platform, one file a chart, in apply order. The environment comes from PLATFORM_ENV: local, staging or production (default).')
  .option('-o, --output <folder>', 'where to write; replaced whole, or left as it was if anything fails', 'dist')
  .option('--json', 'print one JSON document', false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(run)
  .parse();
