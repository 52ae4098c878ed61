import { exampleDeployment } from '../examples';
import { namespaceOf, type SourcedObject } from '../manifest';
import { listOf, textOf, valueAt } from '../narrow';
import type { Rule } from '../policy';
import { exampleDestination, exampleRoutes, exampleService } from '../relation-examples';
import type { ObjectStore } from '../store';
import { DESTINATION_RULE, fullHost, VIRTUAL_SERVICE } from './hosts';
import { meshDestinations } from './routes';

const others = exampleDeployment('').replaceAll('{ app: web }', '{ app: web, tier: premium }') + exampleService('{ name: http, port: 80, targetPort: http }');
const subsets = exampleDestination('trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } }\n  subsets: [{ name: premium, labels: { tier: premium } }]');
const routes = exampleRoutes('- route: [{ destination: { host: web, subset: premium } }]');

/** Where among the objects each subset is first defined, by host and name, and where each VirtualService stands. */
function positions(store: ObjectStore): { readonly subsets: ReadonlyMap<string, number>; readonly routes: ReadonlyMap<SourcedObject, number> } {
  const subsetPositions = new Map<string, number>();
  const routePositions = new Map<SourcedObject, number>();
  const wanted = new Map([...store.ofKind(DESTINATION_RULE), ...store.ofKind(VIRTUAL_SERVICE)].map((object) => [object, object.object.kind]));
  for (const [position, sourced] of store.objects.entries()) {
    const kind = wanted.get(sourced);
    if (kind === 'VirtualService') routePositions.set(sourced, position);
    if (kind !== 'DestinationRule') continue;
    const host = fullHost(textOf(valueAt(sourced.object, 'spec', 'host')) ?? '', namespaceOf(sourced.object));
    for (const subset of listOf(valueAt(sourced.object, 'spec', 'subsets'))) {
      const key = `${host} ${textOf(valueAt(subset, 'name')) ?? ''}`;
      if (!subsetPositions.has(key)) subsetPositions.set(key, position);
    }
  }
  return { subsets: subsetPositions, routes: routePositions };
}

/** Subsets are there before anything is sent to them. */
export const subsetBeforeRoute: Rule = {
  id: 'subset-before-route',
  title: 'A DestinationRule is applied before the routes to its subsets',
  why: 'kubectl applies in the order of files and documents. Between the VirtualService and the DestinationRule every request to the subset is answered with 503.',
  good: others + subsets + routes,
  bad: others + routes + subsets,
  remedy: 'Write the DestinationRule above the VirtualService, or in a file whose name comes before.',
  *check(store) {
    if (store.ofKind(DESTINATION_RULE).length === 0) return;
    const known = positions(store);
    for (const { virtualService, destination } of meshDestinations(store)) {
      const { host, subset, path } = destination;
      if (host === undefined || subset === undefined) continue;
      const position = known.subsets.get(`${fullHost(host, namespaceOf(virtualService.object))} ${subset}`);
      if (position === undefined || position < (known.routes.get(virtualService) ?? Infinity)) continue;
      yield { object: virtualService, path: `${path}.subset`, received: subset, message: `is defined further down, in ${store.objects[position]?.source ?? ''}: until that is applied there is no such subset` };
    }
  },
};
