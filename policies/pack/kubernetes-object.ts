import type { ManifestObject } from '../manifest';
import { isFields, textOf } from '../narrow';
import type { PlannedResource } from '../planned-resource';
import { isWithheld } from './inputs';

/** Thrown where a rule reads what nobody tells it: whatever depends on that is neither right nor wrong. */
export class WithheldFieldError extends Error {
  override readonly name = 'WithheldFieldError';
}

/** A copy of plain data in which to read a value that is withheld throws {@link WithheldFieldError}. */
function guarded<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  const copy: object = Array.isArray(value) ? [] : {};
  for (const [key, entry] of Object.entries(value)) {
    if (!isWithheld(entry)) Object.defineProperty(copy, key, { enumerable: true, value: guarded(entry) });
    else Object.defineProperty(copy, key, { enumerable: true, get: () => { throw new WithheldFieldError(`${key} is secret, or known only later`); } });
  }
  return copy as T;
}

/** The Kubernetes object that a resource is, if it is one, guarded; a release of a chart, for one, is none. */
export function kubernetesObject({ type, name, inputs }: PlannedResource): ManifestObject | undefined {
  const [apiVersion, kind, metadata = {}] = [textOf(inputs['apiVersion']), textOf(inputs['kind']), inputs['metadata']];
  if (!type.startsWith('kubernetes:') || apiVersion === undefined || kind === undefined || !isFields(metadata)) return undefined;
  // A name that is left out is made from the resource's.
  return guarded({ ...inputs, apiVersion, kind, metadata: { name, ...metadata } });
}
