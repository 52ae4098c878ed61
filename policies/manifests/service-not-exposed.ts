import { exampleDeployment } from '../examples';
import { listOf, valueAt } from '../narrow';
import type { Rule } from '../policy';
import { exampleService } from '../relation-examples';

/** No Service opens ports of nodes, or claims addresses. */
export const serviceNotExposed: Rule = {
  id: 'service-not-exposed',
  title: 'A Service opens no ports of nodes and claims no addresses',
  why: 'A node port is open on every node, past gateway and load balancer. Who may set externalIPs may draw traffic of others to himself (CVE-2020-8554).',
  good: exampleDeployment('') + exampleService('{ port: 80, targetPort: http }', 'type: ClusterIP'),
  bad: exampleDeployment('') + exampleService('{ port: 80, targetPort: http }', 'type: NodePort'),
  remedy: 'Use type ClusterIP behind a gateway, or LoadBalancer.',
  *check(store) {
    for (const service of store.ofKind('Service')) {
      const type = valueAt(service.object, 'spec', 'type');
      if (type === 'NodePort') yield { object: service, path: 'spec.type', received: type, message: 'must be ClusterIP or LoadBalancer' };
      const externalIps = valueAt(service.object, 'spec', 'externalIPs');
      if (listOf(externalIps).length > 0) yield { object: service, path: 'spec.externalIPs', received: externalIps, message: 'must be left out' };
    }
  },
};
