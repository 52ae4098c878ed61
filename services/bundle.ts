import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Argument, Command } from 'commander';
import { build, type BuildResult } from 'esbuild';

/** `npm run bundle`: each service as a folder that plain node runs, which its image copies. */

const repository = path.resolve(__dirname, '..');
const program = 'main.js';

interface Bundle {
  readonly service: string;
  readonly folder: string;
  /** Of the program, without its source map. */
  readonly bytes: number;
  /** Third parties whose code is in it. */
  readonly packages: readonly string[];
}

/** The folders of `services` that have a program. */
const services = readdirSync(__dirname).filter((name) => existsSync(path.join(__dirname, name, 'main.ts')));

/** Thrown for an output folder that holds something else. */
class OutputError extends Error {
  override readonly name = 'OutputError';
  constructor(folder: string) {
    super(`--output: received one whose ${folder} is not a bundle, allowed is a folder that bundles may replace. Name another.`);
  }
}

async function assertReplaceable(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const files = await readdir(folder);
  if (files.length > 0 && !files.includes(program)) throw new OutputError(folder);
}

/** What services import only when they need it: files of their own, since the text of a program is in memory whole. */
const lazyPackages = ['@aws-sdk/client-cloudfront'];

function compile(entryPoint: string, outfile: string, external: readonly string[]) {
  return build({
    absWorkingDir: repository,
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Names stay: errors and stack traces are read by people.
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    // pg asks for it and does without.
    external: ['pg-native', ...external],
    // `require` instead, which finds what is beside the program by its name alone.
    supported: { 'dynamic-import': false },
    logLevel: 'silent',
    metafile: true,
    write: false,
  });
}

/** `node_modules/pg` of `node_modules/pg/lib/index.js`, or of a package inside another's folder. */
const packageFolder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

function packagesOf({ inputs }: NonNullable<BuildResult['metafile']>): readonly string[] {
  return [...new Set(Object.keys(inputs).flatMap((file) => packageFolder.exec(file) ?? []))].sort();
}

/** @returns name and version, and the text of the package's licence */
async function licenceOf(folder: string): Promise<{ readonly name: string; readonly text: string }> {
  const manifest = JSON.parse(await readFile(path.resolve(repository, folder, 'package.json'), 'utf8')) as { readonly name: string; readonly version: string; readonly license?: string };
  const files = (await readdir(path.resolve(repository, folder))).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.resolve(repository, folder, file), 'utf8')));
  const name = `${manifest.name} ${manifest.version}`;
  return { name, text: [`${name} (${manifest.license ?? 'no licence stated'})`, ...texts.map((text) => text.trim())].join('\n\n') };
}

async function bundle(service: string, output: string): Promise<Bundle> {
  const folder = path.join(output, service);
  await assertReplaceable(folder);
  const main = await compile(path.join('services', service, 'main.ts'), path.join(folder, program), lazyPackages);
  const needed = lazyPackages.filter((name) => Object.values(main.metafile.outputs).some(({ imports }) => imports.some((imported) => imported.path === name)));
  const lazy = await Promise.all(needed.map((name) => compile(name, path.join(folder, 'node_modules', name, 'index.js'), [])));
  const builds = [main, ...lazy];
  const licences = await Promise.all([...new Set(builds.flatMap(({ metafile }) => packagesOf(metafile)))].sort().map(licenceOf));
  await rm(folder, { recursive: true, force: true });
  for (const { path: file, contents } of builds.flatMap(({ outputFiles }) => outputFiles)) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, contents);
  }
  await writeFile(path.join(folder, 'THIRD-PARTY-LICENSES.txt'), `${licences.map(({ text }) => text).join(`\n\n${'-'.repeat(80)}\n\n`)}\n`);
  // In one file every `__dirname` is its folder: this is where the program looks for both.
  await cp(path.join(__dirname, service, 'migrations'), path.join(folder, 'migrations'), { recursive: true });
  await cp(path.join(__dirname, 'lib', 'shard-migrations'), path.join(folder, 'shard-migrations'), { recursive: true });
  const bytes = main.outputFiles.find((file) => file.path.endsWith(program))?.contents.length ?? 0;
  return { service, folder, bytes, packages: licences.map(({ name }) => name) };
}

function row({ folder, bytes, packages }: Bundle): string {
  return `✓ ${folder}/${program}, ${Math.round(bytes / 1_024)} KiB with ${packages.length} packages`;
}

async function run(named: readonly string[], { output, json }: { readonly output: string; readonly json: boolean }): Promise<void> {
  try {
    const bundles = await Promise.all((named.length === 0 ? services : named).map((service) => bundle(service, output)));
    process.stdout.write(`${json ? JSON.stringify({ output, services: bundles }) : bundles.map(row).join('\n')}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

new Command('npm run bundle --')
  .description('Writes each service as a folder that plain node runs, all of its packages in it, with its source map, migrations and the licences of what is in it. services/Dockerfile makes the images of it.')
  .addArgument(new Argument('[services...]', 'default: all').choices(services))
  .option('-o, --output <folder>', 'where to write; the folder of a service in it is replaced whole', 'dist-services')
  .option('--json', 'print one JSON document', false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(run)
  .parse();
