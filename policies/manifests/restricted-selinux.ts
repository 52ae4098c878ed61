import { isUnset, settingsInContexts } from '../containers';
import { examplePod } from '../examples';
import { valueAt } from '../narrow';
import type { Rule } from '../policy';

/** As of Kubernetes 1.31. */
const TYPES = new Set<unknown>(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);

const isEmpty = (value: unknown): boolean => isUnset(value) || value === '';

/** SELinux confines every container as one. Pod Security Standard, baseline. */
export const restrictedSelinux: Rule = {
  id: 'restricted-selinux',
  title: 'SELinux keeps containers apart',
  why: 'A container of a type of its own, such as spc_t, is no longer confined: it reads what other containers and the node own.',
  good: examplePod('', 'securityContext: { seLinuxOptions: { type: container_t, level: "s0:c123,c456" } }'),
  bad: examplePod('', 'securityContext: { seLinuxOptions: { type: spc_t, level: "s0:c123,c456" } }'),
  remedy: 'Remove user and role, and type unless it is container_t, container_init_t, container_kvm_t or container_engine_t.',
  *check(store) {
    for (const pod of store.podTemplates()) {
      for (const { value, path } of settingsInContexts(pod, 'seLinuxOptions')) {
        for (const field of ['user', 'role', 'type']) {
          const received = valueAt(value, field);
          if (isEmpty(received) || (field === 'type' && TYPES.has(received))) continue;
          yield { object: pod.owner, path: `${path}.${field}`, received, message: field === 'type' ? 'is none of the types of containers' : 'must be left out' };
        }
      }
    }
  },
};
