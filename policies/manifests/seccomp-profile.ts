import { isWindows, unmetSettings } from '../containers';
import { examplePod } from '../examples';
import { valueAt } from '../narrow';
import type { Rule } from '../policy';

const CONFINED = new Set<unknown>(['RuntimeDefault', 'Localhost']);

/** Every container is confined by a seccomp profile. Pod Security Standard, restricted. */
export const seccompProfile: Rule = {
  id: 'seccomp-profile',
  title: 'Containers have a seccomp profile',
  why: 'Without a profile every system call is open, those that only exploits of the kernel need among them.',
  good: examplePod('', 'securityContext: { seccompProfile: { type: RuntimeDefault } }'),
  bad: examplePod('', 'securityContext: { seccompProfile: { type: Unconfined } }'),
  remedy: 'Set securityContext.seccompProfile.type: RuntimeDefault on the pod.',
  *check(store) {
    for (const pod of store.podTemplates()) {
      if (isWindows(pod)) continue;
      for (const { value, path } of unmetSettings(pod, (profile) => CONFINED.has(valueAt(profile, 'type')), 'seccompProfile')) {
        yield { object: pod.owner, path: `${path}.type`, received: valueAt(value, 'type'), message: 'must be RuntimeDefault or Localhost, here or on the pod' };
      }
    }
  },
};
