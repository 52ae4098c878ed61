import { settingsInContexts } from '../containers';
import { examplePod } from '../examples';
import type { Rule } from '../policy';

const ROOT = new Set<unknown>([0, '0']);

/** No user or group id is that of root. Pod Security Standard, restricted, which asks it of users only. */
export const noRootUser: Rule = {
  id: 'no-root-user',
  title: 'No user or group is root',
  why: 'Files of group 0 are open to it on most images; user 0 with runAsNonRoot does not start at all.',
  good: examplePod('', 'securityContext: { runAsUser: 10001, runAsGroup: 10001 }'),
  bad: examplePod('', 'securityContext: { runAsUser: 10001, runAsGroup: 0 }'),
  remedy: 'Give a user and a group of their own, 10000 or higher, and let the image own its files as that user.',
  *check(store) {
    for (const pod of store.podTemplates()) {
      for (const field of ['runAsUser', 'runAsGroup']) {
        for (const { value, path } of settingsInContexts(pod, field)) {
          if (ROOT.has(value)) yield { object: pod.owner, path, received: value, message: 'must not be 0' };
        }
      }
    }
  },
};
