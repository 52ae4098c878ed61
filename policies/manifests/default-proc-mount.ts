import { allContainers, isUnset, settingOf } from '../containers';
import { examplePod } from '../examples';
import type { Rule } from '../policy';

/** No container sees the whole of /proc. Pod Security Standard, baseline. */
export const defaultProcMount: Rule = {
  id: 'default-proc-mount',
  title: 'Containers see a masked /proc',
  why: 'An unmasked /proc shows and changes settings of the node\'s kernel.',
  good: examplePod('securityContext: { procMount: Default }'),
  bad: examplePod('securityContext: { procMount: Unmasked }'),
  remedy: 'Remove procMount.',
  *check(store) {
    for (const container of allContainers(store)) {
      const { value, path } = settingOf(container, 'securityContext', 'procMount');
      if (isUnset(value) || value === 'Default') continue;
      yield { object: container.pod.owner, path, received: value, message: 'must be Default or left out' };
    }
  },
};
