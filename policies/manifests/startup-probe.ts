import { isUnset, settingOf } from '../containers';
import { examplePod } from '../examples';
import type { Rule } from '../policy';
import { servingContainers } from '../served-pods';

const liveness = 'livenessProbe: { httpGet: { path: /health, port: 8080 } }';

/** A container that starts is not judged as one that runs. */
export const startupProbe: Rule = {
  id: 'startup-probe',
  title: 'A container with a liveness probe has a startup probe',
  why: 'Without it the liveness probe waits for the slowest start there may be, and so long after each start a pod that hangs stays; or it kills pods that start slowly, again and again.',
  good: examplePod(`ports: [{ containerPort: 8080 }]\n      ${liveness}\n      startupProbe: { httpGet: { path: /health, port: 8080 }, periodSeconds: 2, failureThreshold: 30 }`),
  bad: examplePod(`ports: [{ containerPort: 8080 }]\n      ${liveness}`),
  remedy: 'Add a startupProbe that asks the same as the livenessProbe, with periodSeconds x failureThreshold above the slowest start.',
  *check(store) {
    for (const container of servingContainers(store)) {
      const { value, path } = settingOf(container, 'startupProbe');
      if (isUnset(value) && !isUnset(container.fields['livenessProbe'])) yield { object: container.pod.owner, path, received: value, message: 'is missing beside a livenessProbe' };
    }
  },
};
