import { isFields, listOf, numberOf, textOf, valueAt, type Fields } from '../narrow';
import type { SourcedObject } from '../manifest';
import type { ObjectStore } from '../store';
import { VIRTUAL_SERVICE } from './hosts';

/** One route of a VirtualService: what it matches, and where it sends. */
export interface Route {
  readonly protocol: 'http' | 'tcp' | 'tls';
  readonly path: string;
  readonly fields: Fields;
}

/** One place to which a route sends. */
export interface Destination {
  readonly host: string | undefined;
  readonly subset: string | undefined;
  readonly port: number | undefined;
  /** Undefined where none is given, which is all of it for an only destination. */
  readonly weight: number | undefined;
  /** The path of the destination, `spec.http[0].route[1].destination`. */
  readonly path: string;
}

/** Every route of a VirtualService, in the order in which they are tried. */
export function* routesOf({ object }: SourcedObject): Iterable<Route> {
  for (const protocol of ['http', 'tcp', 'tls'] as const) {
    for (const [index, fields] of listOf(valueAt(object, 'spec', protocol)).entries()) {
      if (isFields(fields)) yield { protocol, path: `spec.${protocol}[${index}]`, fields };
    }
  }
}

function destination(entry: unknown, path: string): Destination {
  const target = valueAt(entry, 'destination');
  const port = valueAt(target, 'port', 'number');
  const weight = valueAt(entry, 'weight');
  return {
    host: textOf(valueAt(target, 'host')),
    subset: textOf(valueAt(target, 'subset')) || undefined,
    port: typeof port === 'number' ? port : undefined,
    weight: weight === undefined || weight === null ? undefined : numberOf(weight),
    path: `${path}.destination`,
  };
}

/** The destinations among which a route shares its requests. */
export function destinationsOf({ fields, path }: Route): readonly Destination[] {
  return listOf(fields['route']).map((entry, index) => destination(entry, `${path}.route[${index}]`));
}

/** Every destination of a route, those that only get copies too. */
export function* allDestinationsOf(route: Route): Iterable<Destination> {
  yield* destinationsOf(route);
  const { mirror } = route.fields;
  if (isFields(mirror)) yield { ...destination({ destination: mirror }, ''), path: `${route.path}.mirror` };
  for (const [index, entry] of listOf(route.fields['mirrors']).entries()) yield destination(entry, `${route.path}.mirrors[${index}]`);
}

/** Every destination of every VirtualService, with the object that holds it. */
export function* meshDestinations(store: ObjectStore): Iterable<{ readonly virtualService: SourcedObject; readonly destination: Destination }> {
  for (const virtualService of store.ofKind(VIRTUAL_SERVICE)) {
    for (const route of routesOf(virtualService)) {
      for (const found of allDestinationsOf(route)) yield { virtualService, destination: found };
    }
  }
}

/** Whether a VirtualService applies inside the mesh, and not only at a gateway. */
export function isForMesh({ object }: SourcedObject): boolean {
  const gateways = listOf(valueAt(object, 'spec', 'gateways'));
  return gateways.length === 0 || gateways.includes('mesh');
}
