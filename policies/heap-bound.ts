import type { PodContainer } from './containers';
import { isFields, listOf, numberOf, scalarText, textOf, valueAt } from './narrow';
import type { ObjectStore } from './store';

const UNITS: Readonly<Record<string, number>> = {
  '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40,
};

/** A quantity of memory such as `256Mi` in bytes; NaN where it is none. */
export function memoryBytes(quantity: unknown): number {
  const match = /^(\d+(?:\.\d+)?)([kMGT]i?|Ki|)$/.exec(scalarText(quantity));
  return match ? numberOf(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN) : Number.NaN;
}

/** How programs are told how far their heap may grow, with the bytes of one unit. */
const BOUNDS: readonly { readonly pattern: RegExp; readonly unitBytes: (unit: string) => number }[] = [
  { pattern: /--max[-_]old[-_]space[-_]size[= ](\d+)()/, unitBytes: () => 2 ** 20 },
  { pattern: /-Xmx(\d+)([kmgKMG]?)/, unitBytes: (unit) => ({ '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 })[unit.toLowerCase()] ?? Number.NaN },
  { pattern: /^GOMEMLIMIT=(\d+)(B|KiB|MiB|GiB|TiB)?$/, unitBytes: (unit) => ({ '': 1, B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 })[unit] ?? Number.NaN },
];

/** The variables of a container as `NAME=value`, and its command line: where a bound may be written. */
function* settingsOf(store: ObjectStore, { fields, pod }: PodContainer): Iterable<string> {
  yield [...listOf(fields['command']), ...listOf(fields['args'])].map(scalarText).join(' ');
  const dataOf = (name: unknown): unknown => valueAt(store.find('ConfigMap', pod.namespace, textOf(name) ?? '')?.object, 'data');
  for (const source of listOf(fields['envFrom'])) {
    const data = dataOf(valueAt(source, 'configMapRef', 'name'));
    if (isFields(data)) for (const [name, value] of Object.entries(data)) yield `${name}=${scalarText(value)}`;
  }
  for (const variable of listOf(fields['env'])) {
    const reference = valueAt(variable, 'valueFrom', 'configMapKeyRef');
    const value = isFields(reference) ? valueAt(dataOf(reference['name']), textOf(reference['key']) ?? '') : valueAt(variable, 'value');
    yield `${scalarText(valueAt(variable, 'name'))}=${scalarText(value)}`;
  }
}

/** How far the heap of a container's program may grow, in bytes, where it is told: node, Java, Go. Undefined where it is not. */
export function heapBoundBytes(store: ObjectStore, container: PodContainer): number | undefined {
  for (const text of settingsOf(store, container)) {
    for (const { pattern, unitBytes } of BOUNDS) {
      const match = pattern.exec(text);
      if (match) return Number(match[1]) * unitBytes(match[2] ?? '');
    }
  }
  return undefined;
}
