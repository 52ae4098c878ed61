import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const repository = path.resolve(__dirname, '..');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bundle-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function bundle(...args: readonly string[]) {
  return spawnSync(process.execPath, ['--require', 'tsx/cjs', path.join('services', 'bundle.ts'), ...args], { cwd: repository, encoding: 'utf8' });
}

describe('npm run bundle', () => {
  it('writes a folder that has all a service needs, and replaces an older one', () => {
    mkdirSync(path.join(folder, 'web4'));
    writeFileSync(path.join(folder, 'web4', 'main.js'), 'old');
    writeFileSync(path.join(folder, 'web4', 'chunk.js'), 'old');
    const { status, stdout, stderr } = bundle('--output', folder, '--json', 'web4');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readdirSync(folder)).toEqual(['web4']);
    expect(readdirSync(path.join(folder, 'web4')).sort()).toEqual(['THIRD-PARTY-LICENSES.txt', 'main.js', 'main.js.map', 'migrations', 'node_modules', 'shard-migrations']);
    expect(readdirSync(path.join(folder, 'web4', 'migrations'))).toEqual(readdirSync(path.join(__dirname, 'web4', 'migrations')));
    expect(JSON.parse(stdout)).toMatchObject({ output: folder, services: [{ service: 'web4', folder: path.join(folder, 'web4') }] });
    expect(readFileSync(path.join(folder, 'web4', 'main.js'), 'utf8').trimEnd()).toMatch(/\/\/# sourceMappingURL=main\.js\.map$/);
  }, 60_000);

  it('keeps the licence of every package whose code it holds', () => {
    const document = JSON.parse(bundle('--output', folder, '--json', 'web5').stdout) as { readonly services: readonly { readonly packages: readonly string[] }[] };
    const licences = readFileSync(path.join(folder, 'web5', 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    const packages = document.services[0]?.packages ?? [];
    for (const name of ['express', 'pg', 'pino', 'prom-client', 'zod']) expect(packages.some((it) => it.startsWith(`${name} `))).toBe(true);
    for (const name of packages) expect(licences).toContain(`${name} (`);
    expect(readdirSync(path.join(folder, 'web5'))).not.toContain('node_modules');
    expect(licences).toContain('Brian Carlson');
    expect(licences).not.toContain('no licence stated');
  }, 60_000);

  it('leaves a folder alone that is no bundle', () => {
    mkdirSync(path.join(folder, 'web4'));
    writeFileSync(path.join(folder, 'web4', 'thesis.txt'), 'years of work');
    const { status, stdout, stderr } = bundle('--output', folder, 'web4');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(`--output: received one whose ${path.join(folder, 'web4')} is not a bundle, allowed is a folder that bundles may replace. Name another.\n`);
    expect(readdirSync(path.join(folder, 'web4'))).toEqual(['thesis.txt']);
  });

  it('refuses a service that is none as bad usage, and explains itself', () => {
    const { status, stderr } = bundle('--output', folder, 'web6');
    expect(status).toBe(2);
    expect(stderr).toContain('Allowed choices are blockchain, web4, web5');
    expect(bundle('--help')).toMatchObject({ status: 0, stderr: '' });
  });
});
