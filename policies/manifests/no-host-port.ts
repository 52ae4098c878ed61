import { allContainers, isUnset } from '../containers';
import { examplePod } from '../examples';
import { listOf, valueAt } from '../narrow';
import type { Rule } from '../policy';

/** No container takes a port of its node. Pod Security Standard, baseline. */
export const noHostPort: Rule = {
  id: 'no-host-port',
  title: 'No container takes a port of its node',
  why: 'The port is open to whoever reaches the node, past Services and policies, and a node runs one such pod only.',
  good: examplePod('ports: [{ containerPort: 8080 }]'),
  bad: examplePod('ports: [{ containerPort: 8080, hostPort: 80 }]'),
  remedy: 'Remove hostPort; reach the pod through a Service.',
  *check(store) {
    for (const { pod, fields, path } of allContainers(store)) {
      for (const [index, port] of listOf(fields['ports']).entries()) {
        const hostPort = valueAt(port, 'hostPort');
        if (isUnset(hostPort) || hostPort === 0) continue;
        yield { object: pod.owner, path: `${path}.ports[${index}].hostPort`, received: hostPort, message: 'must be left out' };
      }
    }
  },
};
