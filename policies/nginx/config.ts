import type { SourcedObject } from '../manifest';
import { formatFieldPath } from '../field-path';
import { isFields, textOf, valueAt } from '../narrow';
import type { Report } from '../policy';
import type { ObjectStore } from '../store';
import { parseNginx, type Directive, type NginxFault } from './parse';

/** A block, the directives in it with includes put in, and the blocks around it, from the outside in. */
export interface Level {
  /** Undefined for the file itself. */
  readonly directive: Directive | undefined;
  readonly directives: readonly Directive[];
  readonly parent: Level | undefined;
  /** Whether it includes a file that is not in the ConfigMap: what it lacks may be there. */
  readonly isOpen: boolean;
}

/** The nginx configuration in a ConfigMap. */
export interface NginxConfig {
  readonly configMap: SourcedObject;
  /** Every level, each before those inside it. */
  readonly levels: readonly Level[];
  readonly faults: readonly (NginxFault & { readonly file: string })[];
}

/** Blocks that only nginx has. Other programs write `name { ... }` too. */
const LOOKS_LIKE_NGINX = /^\s*(?:http|events|server|stream|upstream\s+\S+|location\s+[^{};]+|map\s+\$\S+\s+\$\S+)\s*\{/m;
const MAX_INCLUDE_DEPTH = 10;
/** Files that include one another would go on for ever. */
const MAX_LEVELS = 10_000;

function isNginx(key: string, text: string): boolean {
  return /(?:\.conf|\.tpl|\.template|\.inc|nginx[^/]*)$/.test(key) && (LOOKS_LIKE_NGINX.test(text) || /^\s*(?:proxy_pass|proxy_set_header|add_header)\s[^;]*;/m.test(text));
}

function matches(pattern: string, key: string): boolean {
  const name = pattern.split('/').at(-1) ?? '';
  const source = name.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*');
  return new RegExp(`^${source}$`).test(key);
}

/** The files of a ConfigMap, put together as nginx does it. */
class Assembly {
  readonly levels: Level[] = [];
  private readonly included = new Set<string>();

  constructor(private readonly files: ReadonlyMap<string, readonly Directive[]>) {
    for (const [key, directives] of files) this.markIncluded(key, directives);
    for (const [key, directives] of files) {
      if (!this.included.has(key)) this.enter(undefined, directives, undefined);
    }
  }

  private markIncluded(own: string, directives: readonly Directive[]): void {
    for (const { name, args, block } of directives) {
      if (name === 'include') for (const key of this.files.keys()) if (key !== own && matches(args[0] ?? '', key)) this.included.add(key);
      if (block) this.markIncluded(own, block);
    }
  }

  private enter(directive: Directive | undefined, written: readonly Directive[], parent: Level | undefined): void {
    const { directives, isOpen } = this.withIncludes(written, 0);
    const level: Level = { directive, directives, parent, isOpen };
    this.levels.push(level);
    if (this.levels.length > MAX_LEVELS) return;
    for (const child of directives) if (child.block) this.enter(child, child.block, level);
  }

  private withIncludes(written: readonly Directive[], depth: number): { readonly directives: readonly Directive[]; readonly isOpen: boolean } {
    let isOpen = false;
    const directives = written.flatMap((directive): readonly Directive[] => {
      if (directive.name !== 'include') return [directive];
      const found = [...this.files].filter(([key]) => key !== directive.file && matches(directive.args[0] ?? '', key));
      isOpen ||= found.length === 0 || depth >= MAX_INCLUDE_DEPTH;
      if (depth >= MAX_INCLUDE_DEPTH) return [];
      const inner = found.map(([, file]) => this.withIncludes(file, depth + 1));
      isOpen ||= inner.some((part) => part.isOpen);
      return inner.flatMap((part) => part.directives);
    });
    return { directives, isOpen };
  }
}

function configIn(configMap: SourcedObject): NginxConfig | undefined {
  const data = valueAt(configMap.object, 'data');
  if (!isFields(data)) return undefined;
  const files = new Map<string, readonly Directive[]>();
  const faults: (NginxFault & { readonly file: string })[] = [];
  for (const [key, value] of Object.entries(data)) {
    const text = textOf(value);
    if (text === undefined || !isNginx(key, text)) continue;
    const { directives, fault } = parseNginx(key, text);
    if (fault) faults.push({ ...fault, file: key });
    files.set(key, directives);
  }
  return files.size === 0 ? undefined : { configMap, levels: new Assembly(files).levels, faults };
}

const configsByStore = new WeakMap<ObjectStore, readonly NginxConfig[]>();

/** Every nginx configuration among the objects; read once, however many rules ask. */
export function nginxConfigs(store: ObjectStore): readonly NginxConfig[] {
  const known = configsByStore.get(store) ?? store.ofKind('ConfigMap').map(configIn).filter((config) => config !== undefined);
  configsByStore.set(store, known);
  return known;
}

/** A report about a directive, or about what a block lacks. */
export function nginxReport({ configMap }: NginxConfig, { name, args, line, file }: Pick<Directive, 'name' | 'args' | 'line' | 'file'>, message: string): Report {
  // The value of a header may be a password.
  const received = [name, ...args.slice(0, name.endsWith('_header') ? 1 : args.length)].join(' ');
  return { object: configMap, path: formatFieldPath(['data', file]), received, message: `line ${line}: ${message}`, textLine: line };
}

/** The directives of a name at a level. */
export function own(level: Level, name: string): readonly Directive[] {
  return level.directives.filter((directive) => directive.name === name);
}

/** Those that take effect at a level: its own, else those of the nearest level around it; undefined where an included file may have some. */
export function effective(level: Level, ...names: readonly string[]): readonly Directive[] | undefined {
  for (let current: Level | undefined = level; current !== undefined; current = current.parent) {
    const found = current.directives.filter(({ name }) => names.includes(name));
    if (found.length > 0) return found;
    if (current.isOpen) return undefined;
  }
  // A file without http is itself included somewhere, from where it inherits.
  return isWhole(level) ? [] : undefined;
}

/** Whether a level is seen with all that is around it, from the main file on. */
export function isWhole(level: Level): boolean {
  for (let current: Level | undefined = level; current !== undefined; current = current.parent) {
    if (current.directive?.name === 'http') return true;
  }
  return false;
}

/** The levels that send requests on, each with its `proxy_pass`. */
export function* proxies(config: NginxConfig): Iterable<{ readonly level: Level; readonly pass: Directive }> {
  for (const level of config.levels) {
    for (const pass of own(level, 'proxy_pass')) yield { level, pass };
  }
}

/** Levels of a kind: `server`, `location`. */
export function levelsOf(config: NginxConfig, name: string): readonly Level[] {
  return config.levels.filter(({ directive }) => directive?.name === name);
}
