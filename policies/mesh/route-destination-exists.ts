import { exampleDeployment } from '../examples';
import { namespaceOf } from '../manifest';
import type { Rule } from '../policy';
import { exampleRoutes, exampleService } from '../relation-examples';
import { Hosts, portNumbers } from './hosts';
import { meshDestinations } from './routes';

/** A route sends to a Service and a port that exist. */
export const routeDestinationExists: Rule = {
  id: 'route-destination-exists',
  title: 'A route of the mesh sends to a Service that exists',
  why: 'Requests that a route sends to nowhere are answered with 503 (IST0101).',
  good: exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }') + exampleRoutes('- route: [{ destination: { host: web, port: { number: 80 } } }]'),
  bad: exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }') + exampleRoutes('- route: [{ destination: { host: web, port: { number: 8080 } } }]'),
  remedy: 'Name a Service and the number of one of its ports (not of the pod).',
  *check(store, { complete = false }) {
    const hosts = new Hosts(store, complete);
    for (const { virtualService, destination } of meshDestinations(store)) {
      const { host, port, path } = destination;
      if (host === undefined) continue;
      const known = hosts.find(host, namespaceOf(virtualService.object));
      if (known.kind === 'missing') yield { object: virtualService, path: `${path}.host`, received: host, message: known.explanation };
      if (known.kind !== 'service') continue;
      const ports = portNumbers(known.service);
      if (port !== undefined && !ports.includes(port)) {
        yield { object: virtualService, path: `${path}.port.number`, received: port, message: `Service ${known.service.object.metadata.name} has no such port; it has ${ports.join(', ') || 'none'}` };
      } else if (port === undefined && ports.length > 1) {
        yield { object: virtualService, path: `${path}.port`, received: undefined, message: `must be given: Service ${known.service.object.metadata.name} has the ports ${ports.join(', ')} (IST0112)` };
      }
    }
  },
};
