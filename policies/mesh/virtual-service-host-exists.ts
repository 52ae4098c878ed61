import { exampleDeployment } from '../examples';
import { namespaceOf } from '../manifest';
import { listOf, scalarText, valueAt } from '../narrow';
import type { Rule } from '../policy';
import { exampleRoutes, exampleService } from '../relation-examples';
import { Hosts, VIRTUAL_SERVICE } from './hosts';
import { isForMesh } from './routes';

const route = '- route: [{ destination: { host: web } }]';

/** The hosts for which a VirtualService speaks inside the mesh are Services. */
export const virtualServiceHostExists: Rule = {
  id: 'virtual-service-host-exists',
  title: 'The host of a VirtualService is a Service',
  why: 'Istio routes by the Host of the request: a VirtualService for a host that nobody asks for never applies, and its timeouts, retries and subsets with it.',
  good: exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }') + exampleRoutes(route),
  bad: exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }') + exampleRoutes(route).replace('hosts: [web]', 'hosts: [wbe]'),
  remedy: 'Name the Service that clients call, or the gateways at which another host arrives.',
  *check(store, { complete = false }) {
    const hosts = new Hosts(store, complete);
    for (const virtualService of store.ofKind(VIRTUAL_SERVICE)) {
      // At a gateway hosts are names of the outside.
      if (!isForMesh(virtualService)) continue;
      for (const [index, host] of listOf(valueAt(virtualService.object, 'spec', 'hosts')).entries()) {
        const known = hosts.find(scalarText(host), namespaceOf(virtualService.object));
        if (known.kind === 'missing') yield { object: virtualService, path: `spec.hosts[${index}]`, received: host, message: known.explanation };
      }
    }
  },
};
