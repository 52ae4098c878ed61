import { exampleDeployment } from '../examples';
import { namespaceOf } from '../manifest';
import { listOf, textOf, valueAt } from '../narrow';
import type { Rule } from '../policy';
import { exampleDestination, exampleRoutes, exampleService } from '../relation-examples';
import { suggestion } from '../suggestion';
import { destinationRulesByHost, fullHost } from './hosts';
import { meshDestinations } from './routes';

const others = exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }');
const routes = exampleRoutes('- route: [{ destination: { host: web, subset: standard } }]');

/** A subset to which a route sends is one of a DestinationRule. */
export const routeSubsetExists: Rule = {
  id: 'route-subset-exists',
  title: 'A route to a subset has a DestinationRule with that subset',
  why: 'Requests to a subset that no DestinationRule has are answered with 503 (IST0101).',
  good: others + exampleDestination('subsets: [{ name: standard, labels: { app: web } }]') + routes,
  bad: others + exampleDestination('subsets: [{ name: premium, labels: { app: web } }]') + routes,
  remedy: 'Add the subset to the DestinationRule of the host, which is applied before the route.',
  *check(store) {
    const rules = destinationRulesByHost(store);
    for (const { virtualService, destination: { host, subset, path } } of meshDestinations(store)) {
      if (host === undefined || subset === undefined) continue;
      const found = rules.get(fullHost(host, namespaceOf(virtualService.object))) ?? [];
      const subsets = found.flatMap(({ object }) => listOf(valueAt(object, 'spec', 'subsets')).map((entry) => textOf(valueAt(entry, 'name')) ?? ''));
      if (subsets.includes(subset)) continue;
      const message = found.length === 0 ? `no DestinationRule is for host ${host}` : `DestinationRule ${found[0]?.object.metadata.name ?? ''} has no such subset${suggestion(subset, subsets)}; it has ${subsets.join(', ') || 'none'}`;
      yield { object: virtualService, path: `${path}.subset`, received: subset, message };
    }
  },
};
