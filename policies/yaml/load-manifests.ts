import { formatFieldPath, type Segments } from '../field-path';
import type { ManifestObject, SourcedObject } from '../manifest';
import { isFields, textOf, valueAt, type Fields } from '../narrow';
import type { Finding, RuleDescription } from '../finding';
import { describeReceived } from '../received';
import { splitDocuments, type YamlDocument, YamlFile } from './document';
import { objectIdentity, readableYaml, renderedTemplate } from './input-rules';
import { type ParsedYaml, parseYaml, type YamlFault } from './parse';
import { isSavedPlan, resourcesOfPlan, type SavedPlan } from './saved-plan';
import { findTemplate, mayHoldTemplate } from './template';

/** What a file holds: objects and plans for the rules, and findings where it cannot be read. */
export interface LoadedFile {
  readonly objects: readonly SourcedObject[];
  readonly plans: readonly SavedPlan[];
  readonly findings: readonly Finding[];
}

/** Files of tools that are written like objects but never sent to the API server, and so have no name. */
const TOOL_GROUPS = /^(?:kustomize\.config\.k8s\.io|(?:[a-z0-9-]+\.)*config\.k8s\.io|kubeadm\.k8s\.io|kind\.x-k8s\.io|audit\.k8s\.io|skaffold)\//;

interface Problem {
  readonly rule: RuleDescription;
  readonly line: number;
  readonly path: string;
  readonly received: string;
  readonly message: string;
  readonly remedy?: string;
}

const NO_OBJECT = { kind: '', namespace: '', name: '' };

/** Reads one file. It goes on after whatever is broken: the other documents are still loaded. */
class FileLoader {
  readonly objects: SourcedObject[] = [];
  readonly plans: SavedPlan[] = [];
  readonly findings: Finding[] = [];
  private templateFound = false;

  constructor(
    private readonly file: string,
    private readonly identity: 'required' | 'optional',
  ) {}

  load(text: string | undefined): void {
    if (text === undefined) {
      this.report({ rule: readableYaml, line: 1, path: '', received: 'bytes that are no UTF-8 text', message: 'a manifest must be text', remedy: 'Save it as UTF-8, or leave the file out.' });
      return;
    }
    const whole = text.replace(/^\uFEFF/, '');
    const parsed = parseYaml(whole);
    if (parsed.fault === undefined) this.loadDocument(new YamlFile(whole, parsed.starts), parsed);
    // Apart, what is broken breaks nothing but its own document. Together they are read in half the time.
    else for (const document of splitDocuments(whole)) this.loadDocument(document, parseYaml(document.text));
  }

  private loadDocument(document: YamlDocument | YamlFile, { values, fault }: ParsedYaml): void {
    const template = mayHoldTemplate(document.text) ? findTemplate(document.text, fault !== undefined) : undefined;
    if (template !== undefined) this.reportTemplate(document, template);
    else if (fault !== undefined) this.reportFault(document, fault);
    for (const [index, value] of values.entries()) this.loadValue(value, [], (path, textLine) => document.lineOf(index, path, textLine));
  }

  private report({ rule, line, path, received, message, remedy = rule.remedy }: Problem, object: typeof NO_OBJECT = NO_OBJECT): void {
    this.findings.push({ rule: rule.id, severity: 'error', file: this.file, line, ...object, path, received, message, remedy });
  }

  /** Once a file: where one expression is left there are more. */
  private reportTemplate(document: YamlDocument | YamlFile, { offset, expression }: { readonly offset: number; readonly expression: string }): void {
    if (this.templateFound) return;
    this.templateFound = true;
    const line = document.lineAt(offset);
    this.report({ rule: renderedTemplate, line, path: '', received: JSON.stringify(expression), message: `line ${line} holds a template expression that was not rendered` });
  }

  private reportFault(document: YamlDocument | YamlFile, { offset, column, message }: YamlFault): void {
    const line = document.lineAt(offset);
    const received = JSON.stringify(document.text.slice(offset).split('\n', 1)[0]?.slice(0, 60) ?? '');
    this.report({ rule: readableYaml, line, path: '', received, message: `line ${line}, column ${column}: ${message}` });
  }

  private loadValue(value: unknown, prefix: Segments, locate: (path: Segments, textLine?: number) => number): void {
    // An empty document, as between two `---`.
    if (value === null || value === undefined) return;
    if (prefix.length === 0 && isFields(value) && isSavedPlan(value)) {
      this.loadPlan(value, locate);
      return;
    }
    if (this.identity === 'optional' && textOf(valueAt(value, 'apiVersion')) === undefined && textOf(valueAt(value, 'kind')) === undefined) return;
    if (!isFields(value)) {
      this.report({ rule: objectIdentity, line: locate(prefix), path: '', received: Array.isArray(value) ? `a list of ${value.length}` : JSON.stringify(value), message: 'a document must be one object' });
      return;
    }
    const items = listItemsOf(value);
    if (items !== undefined) {
      for (const [index, item] of items.entries()) this.loadValue(item, [...prefix, 'items', index], locate);
      return;
    }
    if (TOOL_GROUPS.test(textOf(value['apiVersion']) ?? '')) return;
    // Lines are found for objects with faults only: finding them takes as long as reading.
    const object = this.identify(value, () => locate(prefix));
    if (object) this.objects.push({ object, source: this.file, locate: (path, textLine) => locate([...prefix, ...path], textLine) });
  }

  private loadPlan(value: Fields, locate: (path: Segments) => number): void {
    const { resources, faults } = resourcesOfPlan(value, locate);
    this.plans.push({ file: this.file, resources });
    for (const { path, received, message } of faults) {
      this.report({ rule: objectIdentity, line: locate(path), path: formatFieldPath(path), received: describeReceived({ apiVersion: '', kind: '', metadata: { name: '' } }, formatFieldPath(path), received), message });
    }
  }

  /** The value as an object with an identity; undefined, and reported, where it has none. */
  private identify(value: Fields, line: () => number): ManifestObject | undefined {
    const { metadata } = value;
    const name = textOf(valueAt(metadata, 'name')) || (textOf(valueAt(metadata, 'generateName')) ?? '');
    const namespace = valueAt(metadata, 'namespace');
    const identity = { kind: textOf(value['kind']) ?? '', namespace: textOf(namespace) ?? '', name };
    const faults: readonly (readonly [string, unknown, boolean])[] = [
      ['apiVersion', value['apiVersion'], !textOf(value['apiVersion'])],
      ['kind', value['kind'], identity.kind === ''],
      ['metadata.name', valueAt(metadata, 'name'), name === ''],
      ['metadata.namespace', namespace, namespace !== undefined && namespace !== null && textOf(namespace) === undefined],
      ...(['labels', 'annotations'] as const).map((field) => [`metadata.${field}`, valueAt(metadata, field), !isOptionalMap(valueAt(metadata, field))] as const),
    ];
    const wrong = faults.filter(([, , isWrong]) => isWrong);
    for (const [path, received] of wrong) {
      const message = received === undefined || received === null ? 'required field is missing' : `must be ${/labels|annotations/.test(path) ? 'a map' : 'a text'}`;
      this.report({ rule: objectIdentity, line: line(), path, received: describeReceived({ apiVersion: '', kind: '', metadata: { name } }, path, received ?? undefined), message }, identity);
    }
    if (wrong.length > 0 || !isManifest(value)) return undefined;
    return value.metadata.name ? value : { ...value, metadata: { ...value.metadata, name } };
  }
}

function isOptionalMap(value: unknown): boolean {
  return value === undefined || value === null || isFields(value);
}

/** What {@link FileLoader} has checked field by field; a name may still be left to `generateName`. */
function isManifest(value: Fields): value is ManifestObject {
  return isFields(value['metadata']);
}

/** The objects in a List, of any kind of list; undefined for anything else. Items of a typed list need not name their kind. */
function listItemsOf(value: Fields): readonly unknown[] | undefined {
  const kind = textOf(value['kind']);
  const { items } = value;
  if (!kind?.endsWith('List') || !Array.isArray(items)) return undefined;
  const common = kind === 'List' ? {} : { apiVersion: value['apiVersion'], kind: kind.slice(0, -'List'.length) };
  return items.map((item: unknown) => (isFields(item) ? { ...common, ...item } : item));
}

/**
 * Reads one YAML or JSON file.
 *
 * @param text undefined for a file that is no text
 * @param identity `optional` passes over documents without apiVersion and kind: in a folder there may be files of other tools
 */
export function loadManifests(file: string, text: string | undefined, identity: 'required' | 'optional' = 'required'): LoadedFile {
  const loader = new FileLoader(file, identity);
  loader.load(text);
  return { objects: loader.objects, plans: loader.plans, findings: loader.findings };
}
