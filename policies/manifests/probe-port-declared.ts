import { containersOf, isUnset, runningContainersOf, settingOf, type PodContainer } from '../containers';
import { examplePod } from '../examples';
import { listOf, numberOf, textOf, valueAt } from '../narrow';
import type { PodTemplate } from '../pod-template';
import type { Report, Rule } from '../policy';
import { suggestion } from '../suggestion';

function namesIn(container: PodContainer): readonly string[] {
  return listOf(container.fields['ports']).map((port) => textOf(valueAt(port, 'name'))).filter((name) => name !== undefined);
}

/** A number is that of any container, for all of them share the network of their pod; a name is the container's own. */
function numbersIn(pod: PodTemplate): ReadonlySet<number> {
  const ports = [...containersOf(pod)].flatMap(({ fields }) => listOf(fields['ports']));
  return new Set(ports.map((port) => numberOf(valueAt(port, 'containerPort'))).filter((port) => !Number.isNaN(port)));
}

function* reportsOn(pod: PodTemplate): Iterable<Report> {
  const numbers = numbersIn(pod);
  for (const container of runningContainersOf(pod)) {
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
      for (const action of ['httpGet', 'tcpSocket', 'grpc']) {
        const { value, path } = settingOf(container, probe, action, 'port');
        const names = namesIn(container);
        if (isUnset(value) || numbers.has(numberOf(value)) || names.includes(textOf(value) ?? '')) continue;
        const message = `is no declared port${suggestion(textOf(value) ?? '', names)}; declared are ${[...names, ...numbers].join(', ') || 'none'}`;
        yield { object: pod.owner, path, received: value, message };
      }
    }
  }
}

/** Probes ask a port that the container declares. */
export const probePortDeclared: Rule = {
  id: 'probe-port-declared',
  title: 'Probes ask a declared port',
  why: 'A probe by a name that no port has never succeeds: the pod does not get ready, or is restarted for ever. A number that is not declared is likely an old one.',
  good: examplePod('ports: [{ name: http, containerPort: 8080 }]\n      readinessProbe: { httpGet: { path: /ready, port: http } }'),
  bad: examplePod('ports: [{ name: http, containerPort: 8080 }]\n      readinessProbe: { httpGet: { path: /ready, port: htpp } }'),
  remedy: 'Name one of the ports of the container, or declare the one that is meant.',
  *check(store) {
    for (const pod of store.podTemplates()) yield* reportsOn(pod);
  },
};
