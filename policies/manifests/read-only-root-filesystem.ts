import { allContainers, isWindows, settingOf } from '../containers';
import { examplePod } from '../examples';
import type { Rule } from '../policy';

/** The root file system of every container is read-only. */
export const readOnlyRootFilesystem: Rule = {
  id: 'read-only-root-filesystem',
  title: 'Root file systems are read-only',
  why: 'Who breaks in can replace the program and leave tools behind, and logs written there fill the node.',
  good: examplePod('securityContext: { readOnlyRootFilesystem: true }'),
  bad: examplePod('securityContext: { runAsNonRoot: true }'),
  remedy: 'Set securityContext.readOnlyRootFilesystem: true, and mount an emptyDir where the program writes, such as /tmp.',
  *check(store) {
    for (const container of allContainers(store)) {
      const { value, path } = settingOf(container, 'securityContext', 'readOnlyRootFilesystem');
      // A debugger brings its own image into a pod for a while, to be worked in.
      if (value === true || container.role === 'ephemeral' || isWindows(container.pod)) continue;
      yield { object: container.pod.owner, path, received: value, message: 'must be true' };
    }
  },
};
