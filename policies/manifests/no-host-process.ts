import { settingsInContexts } from '../containers';
import { examplePod } from '../examples';
import type { Rule } from '../policy';

/** No Windows container runs as a process of the host. Pod Security Standard, baseline. */
export const noHostProcess: Rule = {
  id: 'no-host-process',
  title: 'No Windows container runs on the host',
  why: 'A HostProcess container runs outside any isolation, with the rights of the node.',
  good: examplePod('securityContext: { windowsOptions: { hostProcess: false } }'),
  bad: examplePod('securityContext: { windowsOptions: { hostProcess: true } }'),
  remedy: 'Remove windowsOptions.hostProcess.',
  *check(store) {
    for (const pod of store.podTemplates()) {
      for (const { value, path } of settingsInContexts(pod, 'windowsOptions', 'hostProcess')) {
        if (value !== false) yield { object: pod.owner, path, received: value, message: 'must be false or left out' };
      }
    }
  },
};
