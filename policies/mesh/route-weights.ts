import type { SourcedObject } from '../manifest';
import { listOf, scalarText } from '../narrow';
import { exampleDeployment } from '../examples';
import type { Report, Rule } from '../policy';
import { exampleRoutes, exampleService } from '../relation-examples';
import { VIRTUAL_SERVICE } from './hosts';
import { destinationsOf, routesOf, type Route } from './routes';

const others = exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }');
const weighted = (weight: number): string => others + exampleRoutes(`- route: [{ destination: { host: web }, weight: ${weight} }]`);

function judge(virtualService: SourcedObject, route: Route): Report | undefined {
  const destinations = destinationsOf(route);
  const list = listOf(route.fields['route']);
  const weights = destinations.map(({ weight }) => weight ?? 0);
  const report = (message: string): Report => ({ object: virtualService, path: `${route.path}.route`, received: `weights ${destinations.map(({ weight }) => scalarText(weight ?? 'none')).join(', ')}`, message });
  if (list.length === 0 || weights.some(Number.isNaN)) return undefined;
  if (weights.some((weight) => weight < 0)) return report('weights must be 0 or more');
  // One destination without a weight has all of it.
  if (list.length === 1 && destinations[0]?.weight === undefined) return undefined;
  return weights.every((weight) => weight === 0) ? report('one weight at least must be above 0: nothing is sent anywhere') : undefined;
}

/** A route sends its requests somewhere. */
export const routeWeights: Rule = {
  id: 'route-weights',
  title: 'The weights of a route are not all zero',
  why: 'A route among whose destinations none has a weight sends nothing anywhere: Istio refuses it, and the old one goes on or none is left.',
  good: weighted(100),
  bad: weighted(0),
  remedy: 'Give the destinations their shares; those of one route add up to 100.',
  *check(store) {
    for (const virtualService of store.ofKind(VIRTUAL_SERVICE)) {
      for (const route of routesOf(virtualService)) {
        const report = judge(virtualService, route);
        if (report) yield report;
      }
    }
  },
};
