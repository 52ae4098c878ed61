import { allContainers, effectiveSetting, isWindows } from '../containers';
import { examplePod } from '../examples';
import { numberOf } from '../narrow';
import type { Rule } from '../policy';

/** Below are the users that distributions give to their services and people. */
const LOWEST_ID = 10_000;

/** Every container states a user and a group that no node has. */
export const highUserId: Rule = {
  id: 'high-user-id',
  title: 'Users and groups are high numbers',
  why: 'A process that escapes its container has the rights of the node\'s user with its number; without a number, the image decides.',
  good: examplePod('', 'securityContext: { runAsUser: 10001, runAsGroup: 10001 }'),
  bad: examplePod('', 'securityContext: { runAsUser: 1000, runAsGroup: 1000 }'),
  remedy: 'Set securityContext.runAsUser and runAsGroup on the pod to 10000 or higher. An image that is built for another user is an exception to record.',
  *check(store) {
    for (const container of allContainers(store)) {
      if (isWindows(container.pod)) continue;
      for (const field of ['runAsUser', 'runAsGroup']) {
        const { value, path } = effectiveSetting(container, field);
        if (numberOf(value) >= LOWEST_ID) continue;
        yield { object: container.pod.owner, path, received: value, message: `must be ${LOWEST_ID} or higher` };
      }
    }
  },
};
