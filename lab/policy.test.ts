import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DEFAULT_KUBERNETES_VERSION } from '../policies/kubernetes-version';
import { referenceMarkdown } from '../policies/reference';
import { loadManifests } from '../policies/yaml/load-manifests';
import { inputRules } from '../policies/yaml/input-rules';
import { InputError } from './policy/input';
import { OWN_WAIVERS, type PolicyOptions, runPolicy } from './policy/run';
import { toSarif } from './policy/sarif';
import { formatText } from './policy/text';
import type { PolicyResult } from './policy/result';

const root = join(__dirname, '..');
const twice = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: web, namespace: shop } }\n---\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: web, namespace: shop } }\n';
const once = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: web, namespace: shop } }\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policy-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a file and returns its path. */
function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}
const run = (paths: readonly string[], change: Partial<PolicyOptions> = {}): PolicyResult =>
  runPolicy({ paths, environment: 'production', complete: false, kubernetesVersion: DEFAULT_KUBERNETES_VERSION, imageRegistries: [], waivers: undefined, resources: undefined, today: new Date('2026-06-15'), ...change });
const rulesOf = ({ findings }: PolicyResult): string[] => findings.map(({ rule }) => rule);

describe('what is checked', () => {
  it('is every manifest in a folder, in the order of names; objects of different files belong together', () => {
    write('b/two.yml', once);
    write('a.yaml', once);
    write('c.json', '{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "other", "namespace": "shop" } }');
    write('package.json', '{ "name": "no manifest" }');
    write('notes.txt', 'kind: [');
    write('.hidden/x.yaml', 'kind: [');
    write('node_modules/x.yaml', 'kind: [');
    const { findings, checked } = run([folder]);
    expect(checked).toEqual({ files: 4, objects: 3 });
    expect(findings).toMatchObject([{ rule: 'unique-object', file: join(folder, 'b/two.yml'), line: 1 }]);
  });

  it('is what can be read, beside files that cannot', () => {
    const broken = write('1.yaml', `kind: [\n---\n${once}`);
    const binary = write('2.yaml', Uint8Array.of(0x89, 0x50, 0, 1));
    const invalid = write('3.yaml', Uint8Array.of(0xff, 0xfe, 0x41));
    const fine = write('4.yaml', twice);
    const { findings, checked } = run([broken, binary, invalid, fine]);
    expect(findings.map(({ rule, file }) => [rule, file])).toEqual([
      ['readable-yaml', broken], ['readable-yaml', binary], ['readable-yaml', invalid], ['unique-object', fine], ['unique-object', fine],
    ]);
    expect(checked).toEqual({ files: 4, objects: 3 });
  });

  it.each([
    ['a path that is not there', () => [join(folder, 'nothing')], 'received nothing of that name'],
    ['a folder without manifests', () => [folder], 'received a folder without'],
    ['a file without objects', () => [write('empty.yaml', '# nothing\n')], 'received no object and no plan'],
  ])('is not %s', (_, paths, message) => {
    expect(() => run(paths())).toThrow(InputError);
    expect(() => run(paths())).toThrow(message);
  });

  it('is read in seconds where a file has 10 MB', () => {
    const data = `data:\n  text: ${'x'.repeat(1_000)}\n`;
    const many = Array.from({ length: 9_000 }, (_, index) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web-${index}, namespace: shop }\n${data}`).join('---\n');
    expect(run([write('large.yaml', `${many}---\n${once}---\n${once}`)]).findings).toMatchObject([{ rule: 'unique-object', line: 9_000 * 6 + 3 }]);
  });
});

describe('planned resources', () => {
  const resources = [{ urn: 'a', type: 'aws:kms/key:Key', name: 'data', parent: '', inputs: { enableKeyRotation: false }, dependencies: [], protect: false }, { urn: 'b', type: 'aws:budgets/budget:Budget', name: 'monthly', parent: '', inputs: { notifications: '${alarms}' }, dependencies: [], protect: false }];
  const waivers = (): string => write('w.txt', 'waivers:\n- { rule: key-rotation, object: "aws:kms/key:Key data", reason: moving, expires: 2026-06-15 }\n');

  it('are checked beside the files, and counted', () => {
    expect(run([write('a.yaml', once)], { resources })).toMatchObject({
      findings: [{ rule: 'key-rotation', severity: 'error', file: 'plan of production', line: 1, kind: 'aws:kms/key:Key', namespace: '', name: 'data', path: 'enableKeyRotation', received: 'false' }],
      checked: { files: 2, objects: 3 },
    });
  });

  it('may be waived; without a plan such a waiver is neither unknown nor unused', () => {
    const file = write('a.yaml', once);
    expect(run([file], { resources, waivers: waivers() })).toMatchObject({ findings: [], waived: [{ by: 'waiver', reason: 'moving' }] });
    expect(run([file], { waivers: waivers() })).toMatchObject({ findings: [], waived: [] });
  });
});

describe('a saved plan', () => {
  const key = { urn: 'urn:pulumi:production::shop::aws:kms/key:Key::data', type: 'aws:kms/key:Key', name: 'data', inputs: { enableKeyRotation: false, deletionWindowInDays: 30 } };
  const budget = { urn: 'urn:budget', type: 'aws:budgets/budget:Budget', name: 'monthly', inputs: { notifications: '${alarms}' } };
  const plan = (...resources: readonly unknown[]): string => JSON.stringify({ resources, cost: {} }, null, 2);
  const found = { rule: 'key-rotation', kind: 'aws:kms/key:Key', name: 'data', urn: key.urn, path: 'enableKeyRotation', received: 'false' };

  it('is known by what is in it, and judged by the rules on resources, beside manifests', () => {
    const file = write('plan.txt', plan(key, budget));
    expect(run([file, write('a.yaml', twice)])).toMatchObject({ findings: [{ ...found, file, line: 8 }, { rule: 'unique-object' }], checked: { files: 2, objects: 4 } });
    expect(run([write('b.json', plan({ ...key, inputs: { ...key.inputs, enableKeyRotation: true } }, budget))])).toMatchObject({ findings: [], checked: { files: 1, objects: 2 } });
  });

  it('is found in a folder, and after what npm prints', () => {
    write('a.yaml', once);
    write('plan.json', `\n> shop@0.1.0 plan\n> node -r tsx/cjs lab/plan/main.ts --json\n\n${plan(key, budget)}`);
    expect(run([folder])).toMatchObject({ findings: [{ ...found, file: join(folder, 'plan.json'), line: 12 }], checked: { files: 2, objects: 3 } });
  });

  it('is told by its URN in SARIF: another resource may have its name', () => {
    expect(toSarif(run([write('plan.json', plan(key, budget))])).runs[0]?.results).toMatchObject([{ locations: [{ logicalLocations: [{ fullyQualifiedName: `${key.urn}#enableKeyRotation` }] }] }]);
  });

  it('may be waived', () => {
    const waivers = write('w.txt', 'waivers:\n- { rule: key-rotation, object: "aws:kms/key:Key data", reason: moving, expires: 2026-06-15 }\n');
    expect(run([write('plan.json', plan(key, budget))], { waivers })).toMatchObject({ findings: [], waived: [{ by: 'waiver' }] });
  });

  it('says which resource lacks what', () => {
    const { findings } = run([write('plan.json', plan(budget, { urn: 'urn:x', name: 'x', inputs: [] }))]);
    expect(findings).toMatchObject([
      { rule: 'object-identity', line: 11, path: 'resources[1].type', received: 'nothing' },
      { rule: 'object-identity', line: 14, path: 'resources[1].inputs', received: 'a list of 0' },
    ]);
  });

  it('is one at a time, and a document that is neither plan nor manifest is refused', () => {
    expect(() => run([write('a.json', plan(key)), write('b.json', plan(budget))])).toThrow(/received 2 plans, allowed is one/);
    expect(rulesOf(run([write('c.json', '{ "resources": [] }')]))).toContain('object-identity');
    expect(run([write('d.json', '{ "resources": [] }')]).findings[0]?.remedy).toMatch(/neither a manifest nor a plan/);
  });
});

describe('image registries', () => {
  const pod = (): string => write('pod.yaml', '{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: shop }, spec: { containers: [{ name: web, image: "ghcr.io/team/web:1" }] } }');
  const judged = (...imageRegistries: readonly string[]): boolean => rulesOf(run([pod()], { imageRegistries })).includes('allowed-registry');

  it('are any where nobody says which are allowed', () => {
    expect([judged(), judged('ghcr.io/team'), judged('docker.io', 'ghcr.io'), judged('docker.io')]).toEqual([false, false, false, true]);
  });
});

describe('manifests and plan together', () => {
  const resources = [{ urn: 'a', type: 'kubernetes:core/v1:Secret', name: 'database', parent: '', inputs: { metadata: { name: 'database', namespace: 'shop' }, stringData: { uri: '[secret]' } }, dependencies: [], protect: false }, { urn: 'b', type: 'aws:budgets/budget:Budget', name: 'monthly', parent: '', inputs: { notifications: '${alarms}' }, dependencies: [], protect: false }];
  const volume = 'volumes: [{ name: a, secret: { secretName: database, items: [{ key: url, path: a }] } }]';
  const podTemplate = (annotations = ''): string => `apiVersion: v1\nkind: PodTemplate\nmetadata: { name: web, namespace: shop, annotations: { ${annotations} } }\ntemplate: { spec: { containers: [], ${volume} } }\n`;
  const across = ({ findings }: PolicyResult): string[] => rulesOf({ findings, waived: [], checked: { files: 0, objects: 0 } }).filter((rule) => /^secret-|^exception-/.test(rule));

  it('are judged by rules that neither breaks alone, in the manifest where it can mend it', () => {
    const file = write('a.yaml', podTemplate());
    expect(across(run([file]))).toEqual([]);
    const { findings } = run([file], { resources });
    expect(findings.filter(({ rule }) => rule === 'secret-key-written')).toMatchObject([{ severity: 'error', file, line: 4, kind: 'PodTemplate', path: 'template.spec.volumes[0].secret.items[0].key' }]);
    expect(findings.filter(({ rule }) => rule === 'secret-written-is-read')).toMatchObject([{ severity: 'warning', file: 'plan of production', name: 'database' }]);
  });

  it('may be let off by an annotation, or for a time', () => {
    const file = write('a.yaml', podTemplate('policies.rechain.network/allow.secret-key-written: moving'));
    const list = write('w.txt', 'waivers:\n- { rule: secret-written-is-read, object: "kubernetes:core/v1:Secret *", reason: moving, expires: 2026-06-15 }\n');
    const result = run([file], { resources, waivers: list });
    expect(across(result)).toEqual([]);
    expect(result.waived.map(({ by, finding }) => [by, finding.rule])).toEqual([['annotation', 'secret-key-written'], ['waiver', 'secret-written-is-read']]);
    expect(across(run([file], { waivers: list }))).toEqual([]);
  });
});

describe('waivers', () => {
  const waivers = (expires: string): string => write('w.txt', `waivers:\n- { rule: unique-object, object: "ConfigMap shop/*", reason: moving, expires: ${expires} }\n`);

  it('allow findings until they expire', () => {
    const file = write('a.yaml', twice);
    expect(run([file], { waivers: waivers('2026-06-15') })).toMatchObject({ findings: [], waived: [{ reason: 'moving' }] });
    expect(rulesOf(run([file], { waivers: waivers('2026-06-14') }))).toEqual(['unique-object', 'waiver-current']);
  });

  it('are no usage error where the list is broken, but are where it is missing', () => {
    const file = write('a.yaml', once);
    expect(rulesOf(run([file], { waivers: write('w.txt', 'waivers: 5') }))).toEqual(['exception-valid']);
    expect(() => run([file], { waivers: join(folder, 'none') })).toThrow(InputError);
  });
});

describe('the forms of a result', () => {
  const result = (): PolicyResult => {
    const allowed = once.replace('namespace: shop', 'namespace: shop, annotations: { policies.rechain.network/allow.unique-object: "moving" }');
    return run([write('a b.yaml', `${once}---\n${once}---\n${allowed}`)]);
  };

  it('as text: file and line, object, field, received value, remedy, and a line that sums up', () => {
    expect(formatText(result()).replaceAll(folder, 'in')).toBe(`error unique-object in in/a b.yaml:3
  ConfigMap shop/web
  metadata.name: received "web"
  ConfigMap of this name and namespace is already defined in in/a b.yaml
  remedy: Rename one of the two, or remove it.

allowed by annotation: unique-object in in/a b.yaml:5, ConfigMap web: moving
✗ 1 error, 0 warnings, 1 allowed: 3 objects in 1 file checked`);
  });

  it('as SARIF: rules with help, results with places, and suppressions', () => {
    const { version, runs } = toSarif(result());
    expect(version).toBe('2.1.0');
    const { tool, results } = runs[0] ?? { tool: { driver: { rules: [] } }, results: [] };
    expect(results).toHaveLength(2);
    expect(results[0]).toMatchObject({ ruleId: 'unique-object', level: 'error', locations: [{ physicalLocation: { artifactLocation: { uri: expect.stringMatching(/^file:\/\/.*\/a%20b\.yaml$/) }, region: { startLine: 3 } } }] });
    expect(results[0]).not.toHaveProperty('suppressions');
    expect(results[1]).toMatchObject({ suppressions: [{ kind: 'inSource', justification: 'moving' }] });
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    for (const { help } of tool.driver.rules) expect(help.text).not.toBe('');
  });
});

describe('npm run policy', () => {
  const command = (args: readonly string[], input = ''): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
    spawnSync(process.execPath, ['--require', 'tsx/cjs', 'lab/policy.ts', ...args], { cwd: root, input, encoding: 'utf8' });

  it('exits 0 where nothing is wrong, 1 on errors, 2 on bad usage; --json prints one document', () => {
    const bad = command(['--json', '-'], twice);
    expect(bad).toMatchObject({ status: 1, stderr: '' });
    expect(JSON.parse(bad.stdout)).toMatchObject({ findings: [{ rule: 'unique-object', severity: 'error', file: 'stdin', line: 3, kind: 'ConfigMap', namespace: 'shop', name: 'web', path: 'metadata.name' }], checked: { files: 1, objects: 2 } });
    expect(command([write('a.yaml', once)])).toMatchObject({ status: 0, stderr: '' });
    expect(command(['--kubernetes-version', 'new', '-'])).toMatchObject({ status: 2, stdout: '' });
    expect(command([join(folder, 'none.yaml')])).toMatchObject({ status: 2, stdout: '' });
  });

  it('prints either the reference or a result', () => {
    for (const form of ['--json', '--sarif']) expect(command(['--docs', form])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(`option '--docs' cannot be used with option '${form}'`) });
    expect(command(['--docs'])).toMatchObject({ status: 0, stdout: referenceMarkdown() });
  });

  it('says by which waivers our own are let off', () => {
    expect(command(['--help']).stdout.replace(/\s+/g, ' ')).toContain(`ours are in ${OWN_WAIVERS}`);
    expect(referenceMarkdown()).toContain(`\`--waivers ${OWN_WAIVERS}\``);
  });

  it('takes --image-registry several times, and refuses what is none', () => {
    const file = write('pod.yaml', '{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: shop }, spec: { containers: [{ name: web, image: "ghcr.io/team/web:1" }, { name: proxy, image: "nginx:1" }] } }');
    const received = (...registries: readonly string[]): readonly string[] => {
      const { findings } = JSON.parse(command([...registries.flatMap((registry) => ['--image-registry', registry]), '--json', file]).stdout) as PolicyResult;
      return findings.filter(({ rule }) => rule === 'allowed-registry').map((finding) => finding.received);
    };
    expect(received('ghcr.io/team/', 'docker.io/library')).toEqual([]);
    expect(received('ghcr.io/team')).toEqual(['"nginx:1"']);
    for (const wrong of ['team', 'https://ghcr.io', '']) expect(command(['--image-registry', wrong, file])).toMatchObject({ status: 2, stderr: expect.stringContaining('Allowed is a registry') });
  });
});

describe('the reference', () => {
  it('is docs/policies.md; npm run policy -- --docs writes it', () => {
    expect(readFileSync(join(root, 'docs/policies.md'), 'utf8')).toBe(referenceMarkdown());
  });

  it.each(inputRules.map((rule) => [rule.id, rule] as const))('has examples of %s that are right and wrong', (id, { good, bad }) => {
    expect(loadManifests('bad.yaml', bad).findings.map(({ rule }) => rule)).toContain(id);
    expect(loadManifests('good.yaml', good).findings).toEqual([]);
  });
});
