import { isUnset, podSetting } from '../containers';
import { examplePod } from '../examples';
import type { Rule } from '../policy';

/** No pod shares network, processes or memory with its node. Pod Security Standard, baseline. */
export const noHostNamespaces: Rule = {
  id: 'no-host-namespaces',
  title: 'No pod shares the namespaces of its node',
  why: 'Such a pod listens to all traffic of the node, reads the memory of its processes or signals them, and no NetworkPolicy holds for it.',
  good: examplePod('', 'hostNetwork: false'),
  bad: examplePod('', 'hostNetwork: true'),
  remedy: 'Remove hostNetwork, hostPID and hostIPC; reach the pod through a Service.',
  *check(store) {
    for (const pod of store.podTemplates()) {
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) {
        const { value, path } = podSetting(pod, field);
        if (isUnset(value) || value === false) continue;
        yield { object: pod.owner, path, received: value, message: 'must be false or left out' };
      }
    }
  },
};
