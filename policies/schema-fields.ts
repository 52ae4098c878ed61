import { isFields } from './narrow';
import type { Segments } from './field-path';

/**
 * Finds fields that a schema does not know, for validators that accept them.
 *
 * The validators are compiled code: at an object with known properties they read each of these by name, whatever the
 * object holds; at a map they list the keys; at a free-form object they do neither. So the known fields are learned by
 * running the validator once over an object that records what is read of it, and later objects are only compared with
 * what was learned. A part of the schema is learned when an object with that part is first met.
 */

/** A field that the schema does not know. */
export interface UnknownField {
  readonly segments: Segments;
  readonly value: unknown;
  /** The fields known at that place. */
  readonly known: readonly string[];
}

/** What is learned about one place in a schema. List positions share one place, and so do the keys of a map. */
export class SchemaPlace {
  /** Whether the validator has met an object here; until then nothing can be said about the place. */
  met = false;
  /** Whether the validator listed the keys: a map, in which every key is fine. */
  isMap = false;
  readonly fields = new Map<string, SchemaPlace>();
  private under: SchemaPlace | undefined;

  /** The place of list elements or of a map's values. */
  get elements(): SchemaPlace {
    return (this.under ??= new SchemaPlace());
  }

  /** The place of a field that the validator reads. */
  read(name: string): SchemaPlace {
    const known = this.fields.get(name);
    if (known) return known;
    if (this.isMap) return this.elements;
    const place = new SchemaPlace();
    this.fields.set(name, place);
    return place;
  }
}

/** `value`, recording in `place` what is read of it. It must not be frozen: a proxy may not wrap frozen values anew. */
export function observe(value: unknown, place: SchemaPlace): unknown {
  if (Array.isArray(value)) {
    return new Proxy(value, {
      get: (list, name) =>
        typeof name === 'string' && /^\d+$/.test(name) ? observe(list[Number(name)], place.elements) : Reflect.get(list, name),
    });
  }
  if (!isFields(value)) return value;
  place.met = true;
  return new Proxy(value, {
    get: (object, name) => (typeof name === 'string' ? observe(object[name], place.read(name)) : Reflect.get(object, name)),
    ownKeys: (object) => {
      place.isMap = true;
      return Reflect.ownKeys(object);
    },
  });
}

/** One comparison of an object with what is known of its schema. */
class FieldWalk {
  readonly found: UnknownField[] = [];
  private readonly trail: (string | number)[] = [];

  constructor(private readonly learn: () => void) {}

  visit(value: unknown, place: SchemaPlace): void {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) this.visitList(value, place.elements);
    else if (isFields(value)) this.visitObject(value, place);
  }

  private visitList(list: readonly unknown[], place: SchemaPlace): void {
    for (let index = 0; index < list.length; index++) {
      this.trail.push(index);
      this.visit(list[index], place);
      this.trail.pop();
    }
  }

  private visitObject(object: Readonly<Record<string, unknown>>, place: SchemaPlace): void {
    if (!place.met) {
      this.learn();
      // Still not met means that the validator never looks in here, as in a list of anything: free-form.
      place.met = true;
    }
    const { fields, isMap } = place;
    if (!isMap && fields.size === 0) return;
    for (const name of Object.keys(object)) {
      const value = object[name];
      const known = fields.get(name) ?? (isMap ? place.elements : undefined);
      // A field set to undefined is in no YAML.
      if (value === undefined || (known && typeof value !== 'object')) continue;
      this.trail.push(name);
      if (known) this.visit(value, known);
      else this.found.push({ segments: [...this.trail], value, known: [...fields.keys()] });
      this.trail.pop();
    }
  }
}

/**
 * The fields of `object` that its schema does not know.
 * @param learn runs the validator over an {@link observe}d copy of `object`, called where a place was not yet met
 */
export function unknownFields(object: unknown, place: SchemaPlace, learn: () => void): readonly UnknownField[] {
  const walk = new FieldWalk(learn);
  walk.visit(object, place);
  return walk.found;
}
