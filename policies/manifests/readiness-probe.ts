import { isUnset, settingOf } from '../containers';
import { exampleDeployment, examplePod } from '../examples';
import type { Rule } from '../policy';
import { servingContainers } from '../served-pods';

/** Who is served through a container is told when it can serve. */
export const readinessProbe: Rule = {
  id: 'readiness-probe',
  title: 'Serving containers have a readiness probe',
  why: 'Without one a pod gets requests from its start on, before it can answer, and a roll-out replaces good pods by broken ones.',
  good: examplePod('ports: [{ containerPort: 8080 }]\n      readinessProbe: { httpGet: { path: /ready, port: 8080 } }'),
  bad: exampleDeployment('replicas: 3'),
  remedy: 'Add a readinessProbe that asks whether the container can serve.',
  *check(store) {
    for (const container of servingContainers(store)) {
      const { value, path } = settingOf(container, 'readinessProbe');
      if (isUnset(value)) yield { object: container.pod.owner, path, received: value, message: 'is missing, in a pod to which others connect' };
    }
  },
};
