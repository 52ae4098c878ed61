import { exampleDeployment } from '../examples';
import { isFields } from '../narrow';
import type { Rule } from '../policy';
import { exampleRoutes, exampleService } from '../relation-examples';
import { VIRTUAL_SERVICE } from './hosts';
import { destinationsOf, isForMesh, routesOf } from './routes';

const others = exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }');

/** A route of the mesh says what is tried again. */
export const routeRetriesStated: Rule = {
  id: 'route-retries-stated',
  title: 'A route of the mesh states its retries',
  why: 'Istio tries twice more where a route says nothing, before version 1.24 even after a deliberate 503: a service that is short of capacity gets three times the load. What a gateway before the mesh retries multiplies it.',
  good: others + exampleRoutes('- route: [{ destination: { host: web } }]\n      retries: { attempts: 1, perTryTimeout: 2s, retryOn: "connect-failure,refused-stream,reset-before-request" }'),
  bad: others + exampleRoutes('- route: [{ destination: { host: web } }]'),
  remedy: 'Set retries with attempts and retryOn; attempts: 0 for none.',
  *check(store) {
    for (const virtualService of store.ofKind(VIRTUAL_SERVICE)) {
      if (!isForMesh(virtualService)) continue;
      for (const route of routesOf(virtualService)) {
        if (route.protocol !== 'http' || destinationsOf(route).length === 0 || isFields(route.fields['retries'])) continue;
        yield { object: virtualService, path: `${route.path}.retries`, received: route.fields['retries'], message: 'must be stated: left out it means two retries' };
      }
    }
  },
};
