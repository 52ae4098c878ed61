import { examplePod } from '../examples';
import { numberOf } from '../narrow';
import type { Rule } from '../policy';
import { probePorts } from '../probe-ports';

/** A port that a probe asks by number is declared in its pod. */
export const probePortDeclared: Rule = {
  id: 'probe-port-declared',
  title: 'A probe asks a declared port',
  why: 'A port that is not declared works, but is likely an old one, and no one who reads the manifest or selects ports by name sees it.',
  good: examplePod('ports: [{ name: http, containerPort: 8080 }]\n      readinessProbe: { httpGet: { path: /ready, port: 8080 } }'),
  bad: examplePod('ports: [{ name: http, containerPort: 8080 }]\n      readinessProbe: { httpGet: { path: /ready, port: 8081 } }'),
  remedy: 'Declare the port in the ports of the container, or ask one that is there.',
  *check(store) {
    for (const { pod, path, value, numbers } of probePorts(store)) {
      const port = numberOf(value);
      if (Number.isNaN(port) || numbers.has(port)) continue;
      yield { object: pod.owner, path, received: value, message: `is not declared; ${[...numbers].join(', ') || 'no port'} is` };
    }
  },
};
