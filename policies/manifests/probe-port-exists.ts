import { examplePod } from '../examples';
import { numberOf, textOf } from '../narrow';
import type { Rule } from '../policy';
import { probePorts } from '../probe-ports';
import { suggestion } from '../suggestion';

/** A port that a probe names is one of its container. */
export const probePortExists: Rule = {
  id: 'probe-port-exists',
  title: 'A probe names a port that is there',
  why: 'A probe by a name that no port of the container has never succeeds: the pod does not get ready, or is restarted for ever.',
  good: examplePod('ports: [{ name: http, containerPort: 8080 }]\n      readinessProbe: { httpGet: { path: /ready, port: http } }'),
  bad: examplePod('ports: [{ name: http, containerPort: 8080 }]\n      readinessProbe: { httpGet: { path: /ready, port: htpp } }'),
  remedy: 'Name one of the ports of the container.',
  *check(store) {
    for (const { pod, path, value, names } of probePorts(store)) {
      const name = textOf(value);
      // A number in quotes is a number.
      if (name === undefined || !Number.isNaN(numberOf(name)) || names.includes(name)) continue;
      const message = `the container has no port of this name${suggestion(name, names)}; it has ${names.join(', ') || 'none with a name'}`;
      yield { object: pod.owner, path, received: value, message };
    }
  },
};
