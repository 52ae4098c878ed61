import { isUnset, settingOf } from '../containers';
import { exampleDeployment } from '../examples';
import { groupKindOf } from '../manifest';
import type { Rule } from '../policy';
import { servingContainers } from '../served-pods';

/** A pod goes on serving until nobody sends to it any longer. */
export const preStop: Rule = {
  id: 'pre-stop',
  title: 'A serving container waits before it stops',
  why: 'A pod is told to stop while proxies still send to it: they learn of it at the same moment, and need a second or more. Each roll-out and each scale-down then costs requests.',
  good: exampleDeployment('').replace('ports:', 'lifecycle: { preStop: { sleep: { seconds: 5 } } }, ports:'),
  bad: exampleDeployment(''),
  remedy: 'Add lifecycle.preStop, sleep: { seconds: 5 } from Kubernetes 1.30 on, before it exec: { command: [sleep, "5"] }; terminationGracePeriodSeconds covers it and what the program needs to end.',
  *check(store) {
    for (const container of servingContainers(store)) {
      if (groupKindOf(container.pod.owner.object) !== 'apps/Deployment') continue;
      const { value, path } = settingOf(container, 'lifecycle', 'preStop');
      if (isUnset(value)) yield { object: container.pod.owner, path, received: value, message: 'is missing, in a pod to which others connect' };
    }
  },
};
