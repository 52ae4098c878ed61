import { allContainers, isUnset, settingOf } from '../containers';
import { examplePod } from '../examples';
import type { Rule } from '../policy';

/** No container is privileged. Pod Security Standard, baseline. */
export const noPrivilegedContainer: Rule = {
  id: 'no-privileged-container',
  title: 'No container is privileged',
  why: 'A privileged container has all capabilities and devices of its node: who breaks into it owns the node.',
  good: examplePod('securityContext: { privileged: false }'),
  bad: examplePod('securityContext: { privileged: true }'),
  remedy: 'Remove privileged, and give the container the one capability or device plugin that it needs.',
  *check(store) {
    for (const container of allContainers(store)) {
      const { value, path } = settingOf(container, 'securityContext', 'privileged');
      if (isUnset(value) || value === false) continue;
      yield { object: container.pod.owner, path, received: value, message: 'must be false or left out' };
    }
  },
};
