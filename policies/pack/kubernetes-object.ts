import type { ManifestObject } from '../manifest';
import { isFields, textOf } from '../narrow';
import type { PlannedResource } from '../planned-resource';
import { isWithheld } from './inputs';

/** Thrown where a rule reads what nobody tells it: whatever depends on that is neither right nor wrong. */
export class WithheldFieldError extends Error {
  override readonly name = 'WithheldFieldError';
}

/** Who reads objects: what is withheld is an error to a rule only, to all that finds and files objects it is missing. */
export class Reader {
  private isRule = false;

  /** A check up to where it reads what is withheld. */
  guard<Args extends readonly unknown[], Report>(check: (...args: Args) => Iterable<Report>): (...args: Args) => Iterable<Report> {
    const steps = (args: Args): Iterator<Report> => this.asRule(() => check(...args)[Symbol.iterator]());
    const step = (iterator: Iterator<Report>): IteratorResult<Report> => this.asRule(() => iterator.next());
    return function* (...args) {
      try {
        const iterator = steps(args);
        for (let result = step(iterator); result.done !== true; result = step(iterator)) yield result.value;
      } catch (error) {
        if (!(error instanceof WithheldFieldError)) throw error;
      }
    };
  }

  /** Whether a rule could read all of this. */
  mayRead(read: () => unknown): boolean {
    return [...this.guard(() => [read()])()].length > 0;
  }

  /** What a reader is told of a field that is withheld. */
  withheld(field: string): undefined {
    if (this.isRule) throw new WithheldFieldError(`${field} is secret, or known only later`);
  }

  private asRule<T>(read: () => T): T {
    this.isRule = true;
    try {
      return read();
    } finally {
      this.isRule = false;
    }
  }
}

/** A copy of plain data that asks its reader before it gives what is withheld. */
function guarded<T>(value: T, reader: Reader): T {
  if (typeof value !== 'object' || value === null) return value;
  const copy: object = Array.isArray(value) ? [] : {};
  for (const [key, entry] of Object.entries(value)) {
    if (!isWithheld(entry)) Object.defineProperty(copy, key, { enumerable: true, value: guarded(entry, reader) });
    else Object.defineProperty(copy, key, { enumerable: true, get: () => reader.withheld(key) });
  }
  return copy as T;
}

/** Of metadata that is withheld, so is each part that a rule may read. */
function metadataOf(metadata: unknown): unknown {
  return isWithheld(metadata) ? { namespace: metadata, labels: metadata, annotations: metadata } : metadata ?? {};
}

/** The Kubernetes object that a resource is, if it is one, guarded; a release of a chart, for one, is none. */
export function kubernetesObject({ type, name, inputs }: PlannedResource, reader: Reader): ManifestObject | undefined {
  const [apiVersion, kind, metadata] = [textOf(inputs['apiVersion']), textOf(inputs['kind']), metadataOf(inputs['metadata'])];
  if (!type.startsWith('kubernetes:') || apiVersion === undefined || kind === undefined || !isFields(metadata)) return undefined;
  // A name that is left out is made from the resource's.
  return guarded({ ...inputs, apiVersion, kind, metadata: { name, ...metadata } }, reader);
}
