import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..');
const entry = ['--require', require.resolve('tsx/cjs'), join(root, 'charts/main.ts')];

/** The entry as a process of its own, as `npm run synth` starts it. */
function synth(args: readonly string[], environment: NodeJS.ProcessEnv = {}, cwd = root) {
  const inherited = { ...process.env };
  delete inherited['PLATFORM_ENV'];
  return spawnSync(process.execPath, [...(cwd === root ? entry : ['--require', 'tsx/cjs', 'charts/main.ts']), ...args], { cwd, encoding: 'utf8', env: { ...inherited, ...environment } });
}

function contents(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'synth-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('npm run synth', () => {
  test('writes one file a chart, in apply order, the same bytes twice and as plain cdk8s synth does', () => {
    const [first, second, cdk8s] = ['first', 'second', 'cdk8s'].map((name) => join(folder, name)) as [string, string, string];
    expect(synth(['-o', first])).toMatchObject({ status: 0, stderr: '' });
    expect(synth(['-o', second])).toMatchObject({ status: 0 });
    const cli = spawnSync(process.execPath, [join(root, 'node_modules/cdk8s-cli/bin/cdk8s'), 'synth', '--check-upgrade=false', '-o', cdk8s], { cwd: root, encoding: 'utf8' });
    expect(cli.status).toBe(0);
    expect(Object.keys(contents(first))).toEqual(['0000-namespace', '0001-observability', '0002-blockchain-service', '0003-web4-service', '0004-web5-service', '0005-gateway'].map((name) => `${name}.k8s.yaml`));
    expect(contents(second)).toEqual(contents(first));
    expect(contents(cdk8s)).toEqual(contents(first));
  });

  test('--json prints one document and nothing else', () => {
    const { stdout, status } = synth(['--json', '-o', join(folder, 'out')], { PLATFORM_ENV: 'local' });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ environment: 'local', objects: 58, files: expect.arrayContaining([{ name: '0005-gateway.k8s.yaml', objects: 8 }]) });
  });

  test('--help says what it does and exits 0', () => {
    expect(synth(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('PLATFORM_ENV') });
  });

  test('an unknown option is bad usage', () => {
    expect(synth(['--colour'])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('--colour') });
  });
});

describe('bad input leaves the old folder as it was', () => {
  const old = () => {
    const path = join(folder, 'dist');
    expect(synth(['-o', path]).status).toBe(0);
    writeFileSync(join(path, 'marker'), 'old');
    return path;
  };

  test('an unknown PLATFORM_ENV', () => {
    const path = old();
    const { status, stdout, stderr } = synth(['-o', path], { PLATFORM_ENV: 'prod' });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe('PLATFORM_ENV: received "prod", allowed is one of local, staging, production. Set PLATFORM_ENV to one of them, or leave it out for production.\n');
    expect(existsSync(join(path, 'marker'))).toBe(true);
  });

  test('a broken catalog: every issue, and no stack', () => {
    const path = old();
    for (const name of ['platform', 'charts', 'policies', 'package.json', 'tsconfig.json']) cpSync(join(root, name), join(folder, 'project', name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'project', 'node_modules'));
    const catalog = join(folder, 'project/platform/rechain.ts');
    writeFileSync(catalog, readFileSync(catalog, 'utf8').replace('web4-service:1.0.0', 'web4-service:latest').replace("routes: ['/api/web5/']", "routes: ['/api/web4/']"));
    const { status, stdout, stderr } = synth(['-o', path], {}, join(folder, 'project'));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^the catalog has 2 issues:\n {2}services\.web4-service\.image: .*\n {2}services\.web5-service\.routes: .*\n$/);
    expect(existsSync(join(path, 'marker'))).toBe(true);
  });

  test('an output that is a file', () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'mine');
    const { status, stderr } = synth(['-o', path]);
    expect(status).toBe(1);
    expect(stderr).toBe(`output ${path}: received a file, allowed is a folder that this user may write. Change its permissions, or name another with --output.\n`);
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('an output below a file', () => {
    writeFileSync(join(folder, 'file'), 'mine');
    expect(synth(['-o', join(folder, 'file/dist')])).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/received (ENOTDIR|EEXIST), allowed is a folder/) });
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('nothing is left beside the folder that was written', () => {
    old();
    expect(readdirSync(folder)).toEqual(['dist']);
  });
});
