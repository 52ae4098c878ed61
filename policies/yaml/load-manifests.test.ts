import { loadManifests, type LoadedFile } from './load-manifests';

const load = (text: string): LoadedFile => loadManifests('test.yaml', text);
const named = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const namesOf = ({ objects }: LoadedFile): string[] => objects.map(({ object }) => object.metadata.name);
const rulesOf = ({ findings }: LoadedFile): (readonly [string, number | undefined])[] => findings.map(({ rule, line }) => [rule, line]);

describe('the objects of a file', () => {
  it.each([
    ['several documents', `${named('a')}---\n${named('b')}`, ['a', 'b']],
    ['empty documents and comments between them', `---\n# nothing\n---\n${named('a')}---\n---\n${named('b')}---\n`, ['a', 'b']],
    ['documents that end in dots', `${named('a')}...\n---\n${named('b')}...\n`, ['a', 'b']],
    ['directives', `%YAML 1.2\n---\n${named('a')}`, ['a']],
    ['a byte order mark and other line ends', `\uFEFF${named('a')}---\n${named('b')}`.replaceAll('\n', '\r\n'), ['a', 'b']],
    ['JSON', '{\n\t"apiVersion": "v1", "kind": "ConfigMap",\n\t"metadata": { "name": "a" } }', ['a']],
    ['a List', 'apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: ConfigMap, metadata: { name: a } }\n- { apiVersion: v1, kind: List, items: [{ apiVersion: v1, kind: Pod, metadata: { name: b } }] }', ['a', 'b']],
    ['a list of one kind, whose items do not repeat it', 'apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: { name: a }', ['a']],
    ['a kind whose name ends in List', 'apiVersion: example.com/v1\nkind: AllowList\nmetadata: { name: a }\nspec: {}', ['a']],
    ['a name that the server makes', 'apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: a- }', ['a-']],
    ['anchors and merges', `${named('a')}common: &common { app: x }\nother: { <<: *common, b: 2 }\n`, ['a']],
    ['nothing', '', []],
    ['comments alone', '# nothing here\n', []],
  ])('are found in %s', (_, text, names) => {
    const loaded = load(text);
    expect(namesOf(loaded)).toEqual(names);
    expect(loaded.findings).toEqual([]);
  });

  it('follow merges, and read yes, dates and times as kubectl does', () => {
    const { objects } = load(`${named('a')}base: &base { app: x, b: 1 }\ndata: { <<: *base, b: 2, yes: no, day: 2026-01-01, time: 22:22 }`);
    expect(objects[0]?.object['data']).toEqual({ app: 'x', b: 2, true: false, day: '2026-01-01', time: '22:22' });
  });

  it('of a typed list have its version and kind', () => {
    expect(load('apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: { name: a }').objects[0]?.object).toMatchObject({ apiVersion: 'apps/v1', kind: 'Deployment' });
  });

  it('are not sought in files of tools', () => {
    expect(load('apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]')).toEqual({ objects: [], plans: [], findings: [] });
  });
});

describe('lines', () => {
  const text = `# a comment
${named('a')}spec:
  containers:
  - name: web
    env:
    - {name: A, value: x}
    - name: B
      value: y
  "dotted.key/x": 1
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: b}
  data:
    nginx.conf: |
      http {
        server {}
      }
    plain: one
    base: &base
      x: 1
    other: *base
    merged:
      <<: *base
      y: 2
`;
  const { objects } = load(text);
  const lines = text.split('\n');
  const lineOf = (index: number, ...path: (string | number)[]): string => lines[(objects[index]?.locate?.(path) ?? 0) - 1] ?? '';

  it.each([
    [0, ['kind'], 'kind: ConfigMap'],
    [0, ['spec', 'containers', 0], '  - name: web'],
    [0, ['spec', 'containers', 0, 'env', 0, 'value'], '    - {name: A, value: x}'],
    [0, ['spec', 'containers', 0, 'env', 1, 'value'], '      value: y'],
    [0, ['spec', 'dotted.key/x'], '  "dotted.key/x": 1'],
    [1, ['metadata', 'name'], '  metadata: {name: b}'],
    [1, ['data', 'nginx.conf'], '    nginx.conf: |'],
    [1, ['data', 'other', 'x'], '      x: 1'],
    [1, ['data', 'merged', 'x'], '      x: 1'],
    [1, ['data', 'merged', 'y'], '      y: 2'],
  ])('are those of fields: %s %p', (index, path, line) => {
    expect(lineOf(index, ...path)).toBe(line);
  });

  it('are those of what is nearest where a field is missing', () => {
    expect(lineOf(0, 'spec', 'containers', 0, 'resources', 'limits')).toBe('  - name: web');
    expect(lineOf(0, 'spec', 'containers', 7)).toBe('  containers:');
    expect(objects[0]?.locate?.(['status'])).toBe(2);
  });

  it.each([
    ['empty documents', `---\n---\n# nothing\n---\n${named('a')}---\n\n---\n${named('b')}`],
    ['documents that end in dots', `${named('a')}...\n${named('b')}...\n---\n${named('c')}`],
    ['a file that is broken elsewhere', `a: [\n---\n${named('a')}---\n${named('b')}`],
    ['directives', `%YAML 1.2\n---\n${named('a')}---\n${named('b')}`],
  ])('are those of the file, with %s', (_, yaml) => {
    const { objects: found } = load(yaml);
    const written = yaml.split('\n');
    expect(found.length).toBeGreaterThan(1);
    for (const { object, locate } of found) expect(written[(locate?.(['metadata', 'name']) ?? 0) - 1]).toBe(`  name: ${object.metadata.name}`);
  });

  it('are those of the document where it cannot be read apart from the directives of the next one', () => {
    const { objects: found } = load(`${named('a')}...\n%YAML 1.2\n---\n${named('b')}`);
    expect(found.map(({ locate }) => locate?.(['metadata', 'name']))).toEqual([1, 11]);
  });

  it('go into texts that are written as blocks', () => {
    expect(lines[(objects[1]?.locate?.(['data', 'nginx.conf'], 2) ?? 0) - 1]).toBe('        server {}');
    expect(lines[(objects[1]?.locate?.(['data', 'plain'], 2) ?? 0) - 1]).toBe('    plain: one');
  });
});

describe('what cannot be read', () => {
  it('is told with line and column, and the other documents are still read', () => {
    const loaded = load(`${named('a')}---\nkind: [broken\n---\n${named('b')}`);
    expect(namesOf(loaded)).toEqual(['a', 'b']);
    expect(loaded.findings).toMatchObject([{ rule: 'readable-yaml', severity: 'error', file: 'test.yaml' }]);
    expect(loaded.findings[0]?.message).toMatch(/^line \d+, column \d+: /);
    expect(loaded.findings[0]?.line).toBeGreaterThanOrEqual(6);
  });

  it('is a key that stands twice, in an object that is checked nevertheless', () => {
    const loaded = load(`${named('a')}data:\n  x: 1\n  x: 2\n`);
    expect(loaded.findings).toMatchObject([{ rule: 'readable-yaml', line: 7, message: 'line 7, column 3: duplicated mapping key' }]);
    expect(loaded.objects[0]?.object['data']).toEqual({ x: 2 });
  });

  it.each([
    ['a tag that Kubernetes does not know', 'a: !Ref x', 1],
    ['a tab', 'a:\n\tb: 1', 2],
    ['an alias without anchor', `${named('a')}b: *c`, 5],
    ['an alias of itself', `${named('a')}b: &c [*c]`, 1],
    ['too deep a nesting', `a: ${'['.repeat(200)}${']'.repeat(200)}`, 1],
    ['aliases that stand for billions', `a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `a${n}: &a${n} [${Array(10).fill(`*a${n - 1}`).join(', ')}]`).join('\n')}`, 1],
  ])('is %s', (_, text, line) => {
    expect(rulesOf(load(text))).toEqual([['readable-yaml', line]]);
  });

  it('is not an alias used often', () => {
    expect(load(`${named('a')}b: &b [x, x]\nc: [${Array(1_000).fill('*b').join(', ')}]`).findings).toEqual([]);
  });

  it('is a file that is no text', () => {
    expect(rulesOf(loadManifests('x.yaml', undefined))).toEqual([['readable-yaml', 1]]);
  });
});

describe('templates', () => {
  it.each([
    ['in a value', `${named('a')}data: {{ .Values.data }}`, 5],
    ['in a block', `${named('a')}{{- if .Values.on }}\ndata: {}\n{{- end }}`, 5],
    ['in a text, where the rest is YAML', `${named('a')}data:\n  image: "nginx:{{ .Values.tag }}"`, 6],
    ['as a call', `${named('a')}data:\n  x: a{{ include "b" . }}`, 6],
  ])('are found %s', (_, text, line) => {
    expect(rulesOf(load(text))).toEqual([['rendered-template', line]]);
  });

  it('are told once a file, and other documents are still read', () => {
    const loaded = load(`a: {{ .Values.a }}\n---\nb: {{ .Values.b }}\n---\n${named('b')}`);
    expect(rulesOf(loaded)).toEqual([['rendered-template', 1]]);
    expect(namesOf(loaded)).toEqual(['b']);
  });

  it.each([
    ['expressions of alerts', `${named('a')}data: { summary: "{{ $value }} on {{ $labels.pod }} {{ .Labels.app }}" }`],
    ['files inside the manifest', `${named('a')}data:\n  template: |\n    name: x\n\n      y: {{ .Values.name }}\n`],
    ['comments', `${named('a')}# {{ .Values.name }}\n`],
  ])('are not %s', (_, text) => {
    expect(load(text).findings).toEqual([]);
  });
});

describe('documents that are no objects', () => {
  it.each([
    ['a text', 'hello', '', 'a document must be one object'],
    ['a list', '- 1', '', 'a document must be one object'],
    ['one without kind', 'apiVersion: v1\nmetadata: { name: a }', 'kind', 'required field is missing'],
    ['one without apiVersion', 'kind: Pod\nmetadata: { name: a }', 'apiVersion', 'required field is missing'],
    ['one without name', 'apiVersion: v1\nkind: Pod\nmetadata: {}', 'metadata.name', 'required field is missing'],
    ['one without metadata', 'apiVersion: v1\nkind: Pod', 'metadata.name', 'required field is missing'],
    ['one whose name is a number', 'apiVersion: v1\nkind: Pod\nmetadata: { name: 7 }', 'metadata.name', 'must be a text'],
    ['one whose labels are a list', 'apiVersion: v1\nkind: Pod\nmetadata: { name: a, labels: [b] }', 'metadata.labels', 'must be a map'],
    ['one inside a List', 'apiVersion: v1\nkind: List\nitems:\n- 5', '', 'a document must be one object'],
  ])('are told: %s', (_, text, path, message) => {
    const loaded = load(text);
    expect(loaded.objects).toEqual([]);
    expect(loaded.findings).toMatchObject([{ rule: 'object-identity', path, message }]);
  });

  it('are passed over in a folder if they do not claim to be any', () => {
    expect(loadManifests('package.json', '{ "name": "x" }', 'optional').findings).toEqual([]);
    expect(loadManifests('package.json', '{ "name": "x" }').findings).toHaveLength(2 + 1);
    expect(loadManifests('pod.yaml', 'kind: Pod', 'optional').findings).not.toEqual([]);
  });
});
