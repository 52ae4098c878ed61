import { isUnset, settingOf } from '../containers';
import { exampleDeployment, examplePod } from '../examples';
import type { Rule } from '../policy';
import { servingContainers } from '../served-pods';

/** A container that hangs is started again. */
export const livenessProbe: Rule = {
  id: 'liveness-probe',
  title: 'Serving containers have a liveness probe',
  why: 'A process that hangs stays out of service until somebody notices. One that ends by itself when it can no longer go on needs no probe.',
  good: examplePod('ports: [{ containerPort: 8080 }]\n      livenessProbe: { httpGet: { path: /health, port: 8080 } }'),
  bad: exampleDeployment('replicas: 3'),
  remedy: 'Add a livenessProbe that asks nothing but whether the process still answers: no database, no other service.',
  *check(store) {
    for (const container of servingContainers(store)) {
      const { value, path } = settingOf(container, 'livenessProbe');
      if (isUnset(value)) yield { object: container.pod.owner, path, received: value, message: 'is missing, in a pod to which others connect' };
    }
  },
};
