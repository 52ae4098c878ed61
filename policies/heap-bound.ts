import { environmentOf, type ContainerEnvironment } from './container-environment';
import type { PodContainer } from './containers';
import { managedRuntimeOf } from './managed-runtime';
import { listOf, scalarText, textOf, valueAt } from './narrow';
import { quantityOf } from './quantity';
import type { ObjectStore } from './store';

/** How far the heap of a program may grow: as far as it is told, without end, or nobody can tell from the manifests. */
export type HeapBound = { readonly kind: 'bytes'; readonly bytes: number } | { readonly kind: 'none' } | { readonly kind: 'unknown' };

const MEBIBYTE = 2 ** 20;
const JAVA_UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: MEBIBYTE, g: 2 ** 30, t: 2 ** 40 };
const GO_UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, KiB: 2 ** 10, MiB: MEBIBYTE, GiB: 2 ** 30, TiB: 2 ** 40 };

/** How programs are told how far their heap may grow, in bytes; a share is one of the memory limit. What a program heeds most comes first. */
const BOUNDS: readonly { readonly pattern: RegExp; readonly bytesOf: (amount: number, unit: string, limitBytes: number) => number }[] = [
  { pattern: /--max[-_]old[-_]space[-_]size[= ](\d+)()/g, bytesOf: (amount) => amount * MEBIBYTE },
  { pattern: /-(?:Xmx|XX:MaxHeapSize=)(\d+)([kmgtKMGT]?)/g, bytesOf: (amount, unit) => amount * (JAVA_UNITS[unit.toLowerCase()] ?? Number.NaN) },
  { pattern: /-XX:MaxRAMPercentage=(\d+(?:\.\d+)?)()/g, bytesOf: (amount, _, limitBytes) => javaHeapBytes(limitBytes, amount) },
  { pattern: /^GOMEMLIMIT=(\d+)(B|KiB|MiB|GiB|TiB)?$/g, bytesOf: (amount, unit) => amount * (GO_UNITS[unit] ?? Number.NaN) },
];
/** A bound that is written, if not in a way that {@link BOUNDS} can read, as where a variable completes it. */
const UNREADABLE_BOUND = /max[-_]old[-_]space|-Xmx|MaxHeapSize|MaxRAM/;
/** Variables that may hold a bound, by the names that people give them. */
const MAY_BOUND = /OPT(?:S|IONS)$|HEAP|XMX|JVM|JAVA|MAX_?MEM|MEM(?:ORY)?_?(?:LIMIT|MAX)/i;

const JAVA_DEFAULT_PERCENT = 25;
const JAVA_LEAST_BYTES = 124.8 * MEBIBYTE;

/** The JVM's arithmetic (Arguments::set_heap_size): of little memory half, whatever the share, and of more never less than its least heap. */
function javaHeapBytes(limitBytes: number, percent: number): number {
  const half = limitBytes / 2;
  return half < JAVA_LEAST_BYTES ? half : Math.max((limitBytes * percent) / 100, JAVA_LEAST_BYTES);
}

/** The last of what BOUNDS find, which counts; undefined where none is written, NaN where it cannot be told. */
function writtenBytes(text: string, limitBytes: number): number | undefined {
  for (const { pattern, bytesOf } of BOUNDS) {
    const match = [...text.matchAll(pattern)].at(-1);
    if (match) return bytesOf(Number(match[1]), match[2] ?? '', limitBytes);
  }
  return UNREADABLE_BOUND.test(text) ? Number.NaN : undefined;
}

/** The environment as far as it is certain: beside a source that is not known, only what `env` says over all sources. */
function certainEnvironment(store: ObjectStore, container: PodContainer): { readonly environment: ContainerEnvironment; readonly isWhole: boolean } {
  const isKnown = (source: unknown): boolean => store.find('ConfigMap', container.pod.namespace, textOf(valueAt(source, 'configMapRef', 'name')) ?? '') !== undefined;
  const isWhole = listOf(container.fields['envFrom']).every(isKnown);
  return { environment: environmentOf(store, isWhole ? container : { ...container, fields: { ...container.fields, envFrom: [] } }), isWhole };
}

/** How far the heap of a container's program may grow: node, Java, Go. Unknown of any other program, and where a bound may be out of sight. */
export function heapBoundOf(store: ObjectStore, container: PodContainer): HeapBound {
  const { fields } = container;
  const limitBytes = quantityOf(valueAt(fields, 'resources', 'limits', 'memory'));
  const commandLine = [...listOf(fields['command']), ...listOf(fields['args'])].map(scalarText).join(' ');
  const { environment, isWhole } = certainEnvironment(store, container);
  const variables = [...environment].map(([name, value]) => `${name}=${value ?? ''}`);
  const written = [commandLine, ...variables].map((text) => writtenBytes(text, limitBytes)).find((bytes) => bytes !== undefined);
  if (written !== undefined) return Number.isNaN(written) ? { kind: 'unknown' } : { kind: 'bytes', bytes: written };
  const runtime = managedRuntimeOf(fields, commandLine, environment);
  const mayBeBound = !isWhole || [...environment].some(([name, value]) => value === undefined && MAY_BOUND.test(name));
  if (runtime === undefined || mayBeBound) return { kind: 'unknown' };
  return runtime === 'java' && !Number.isNaN(limitBytes) ? { kind: 'bytes', bytes: javaHeapBytes(limitBytes, JAVA_DEFAULT_PERCENT) } : { kind: 'none' };
}
