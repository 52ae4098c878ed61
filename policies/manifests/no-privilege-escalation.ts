import { allContainers, isWindows, settingOf } from '../containers';
import { examplePod } from '../examples';
import type { Rule } from '../policy';

/** No process of a container can gain rights. Pod Security Standard, restricted. */
export const noPrivilegeEscalation: Rule = {
  id: 'no-privilege-escalation',
  title: 'No process of a container gains rights',
  why: 'Through a setuid program in its image a process becomes root, whatever user the container was started as.',
  good: examplePod('securityContext: { allowPrivilegeEscalation: false }'),
  bad: examplePod('securityContext: { runAsNonRoot: true }'),
  remedy: 'Set securityContext.allowPrivilegeEscalation: false; left out it means true.',
  *check(store) {
    for (const container of allContainers(store)) {
      const { value, path } = settingOf(container, 'securityContext', 'allowPrivilegeEscalation');
      if (value === false || isWindows(container.pod)) continue;
      yield { object: container.pod.owner, path, received: value, message: 'must be false' };
    }
  },
};
