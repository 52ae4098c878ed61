import { unmetSettings } from '../containers';
import { examplePod } from '../examples';
import type { Rule } from '../policy';

/** The kubelet refuses to start a container as root. Pod Security Standard, restricted. */
export const runAsNonRoot: Rule = {
  id: 'run-as-non-root',
  title: 'Containers do not run as root',
  why: 'Root in a container is root on the node as soon as it escapes. Without runAsNonRoot the image decides.',
  good: examplePod('', 'securityContext: { runAsNonRoot: true }'),
  bad: examplePod('securityContext: { allowPrivilegeEscalation: false }'),
  remedy: "Set securityContext.runAsNonRoot: true on the pod, and remove other values from its containers.",
  *check(store) {
    for (const pod of store.podTemplates()) {
      for (const { value, path } of unmetSettings(pod, (nonRoot) => nonRoot === true, 'runAsNonRoot')) {
        yield { object: pod.owner, path, received: value, message: 'must be true, here or on the pod' };
      }
    }
  },
};
