import { isDeepStrictEqual } from 'node:util';
import { allContainers, isUnset, settingOf } from '../containers';
import { examplePod } from '../examples';
import { isFields, numberOf, valueAt } from '../narrow';
import type { Rule } from '../policy';

const DEFAULT_FAILURES = 3;

/** What a probe asks, with the defaults that Kubernetes puts in. */
function questionOf(probe: unknown): unknown {
  for (const action of ['httpGet', 'tcpSocket', 'grpc', 'exec']) {
    const question = valueAt(probe, action);
    if (!isFields(question)) continue;
    const { path, scheme } = question;
    return [action, action === 'httpGet' ? { ...question, path: path ?? '/', scheme: scheme ?? 'HTTP' } : question];
  }
  return undefined;
}

function failuresOf(probe: unknown): number {
  const failures = valueAt(probe, 'failureThreshold');
  return isUnset(failures) ? DEFAULT_FAILURES : numberOf(failures);
}

/** What makes a container unready does not restart it at once. */
export const distinctProbes: Rule = {
  id: 'distinct-probes',
  title: 'Liveness is not readiness',
  why: 'With the same question for both, every container that is only busy, or waits for its database, is killed instead of spared.',
  good: examplePod('readinessProbe: { httpGet: { path: /ready, port: 8080 } }\n      livenessProbe: { httpGet: { path: /health, port: 8080 } }'),
  bad: examplePod('readinessProbe: { httpGet: { path: /ready, port: 8080 } }\n      livenessProbe: { httpGet: { path: /ready, port: 8080 } }'),
  remedy: 'Let the livenessProbe ask a route that depends on nothing outside the container, or at least give it the higher failureThreshold.',
  *check(store) {
    for (const container of allContainers(store)) {
      const { value, path } = settingOf(container, 'livenessProbe');
      const readiness = container.fields['readinessProbe'];
      const question = questionOf(value);
      if (question === undefined || !isDeepStrictEqual(question, questionOf(readiness)) || failuresOf(value) > failuresOf(readiness)) continue;
      yield { object: container.pod.owner, path, received: value, message: 'asks the same as the readinessProbe, and gives up no later' };
    }
  },
};
