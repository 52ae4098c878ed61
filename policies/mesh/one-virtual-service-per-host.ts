import { exampleDeployment } from '../examples';
import { namespaceOf, type ManifestObject, type SourcedObject } from '../manifest';
import { listOf, scalarText, valueAt } from '../narrow';
import type { Rule } from '../policy';
import { exampleRoutes, exampleService } from '../relation-examples';
import { fullHost, VIRTUAL_SERVICE } from './hosts';
import { isForMesh } from './routes';

const route = '- route: [{ destination: { host: web } }]';
const others = exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }');

/** Where an object is seen: its own namespace alone, or all. */
function isExported({ spec }: ManifestObject): boolean {
  const exportTo = listOf(valueAt(spec, 'exportTo'));
  return exportTo.length === 0 || exportTo.some((target) => target !== '.');
}

/** Inside the mesh one VirtualService speaks for a host. */
export const oneVirtualServicePerHost: Rule = {
  id: 'one-virtual-service-per-host',
  title: 'One VirtualService for one host',
  why: 'Inside the mesh Istio merges no routes: of two VirtualServices for one host the older applies, and the other is ignored (IST0109).',
  good: others + exampleRoutes(route),
  bad: others + exampleRoutes(route) + exampleRoutes(route, 'web-premium'),
  remedy: 'Write all routes of the host into one VirtualService.',
  *check(store) {
    const first = new Map<string, SourcedObject>();
    for (const virtualService of store.ofKind(VIRTUAL_SERVICE)) {
      if (!isForMesh(virtualService)) continue;
      const namespace = namespaceOf(virtualService.object);
      for (const [index, host] of listOf(valueAt(virtualService.object, 'spec', 'hosts')).entries()) {
        const full = fullHost(scalarText(host), namespace);
        const places = [`${full}\n${namespace}`, ...(isExported(virtualService.object) ? [`${full}\n*`] : [])];
        const other = places.map((place) => first.get(place)).find((found) => found !== undefined && found !== virtualService);
        for (const place of places) if (!first.has(place)) first.set(place, virtualService);
        if (!other) continue;
        yield { object: virtualService, path: `spec.hosts[${index}]`, received: host, message: `VirtualService ${namespaceOf(other.object)}/${other.object.metadata.name} is for this host already` };
      }
    }
  },
};
