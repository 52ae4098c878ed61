import { examplePod } from '../examples';
import { listOf, valueAt } from '../narrow';
import type { Rule } from '../policy';

/** Those that the kernel keeps apart for each pod, as of Kubernetes 1.32. */
const SAFE = new Set<unknown>([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]);

/** A pod sets only kernel parameters that touch nobody else. Pod Security Standard, baseline. */
export const safeSysctls: Rule = {
  id: 'safe-sysctls',
  title: 'Sysctls are safe ones',
  why: 'Others change the kernel for every pod of the node, and the kubelet refuses the pod unless its node allows them.',
  good: examplePod('', 'securityContext: { sysctls: [{ name: net.ipv4.tcp_syncookies, value: "1" }] }'),
  bad: examplePod('', 'securityContext: { sysctls: [{ name: kernel.msgmax, value: "65536" }] }'),
  remedy: `Remove the sysctl; safe are ${[...SAFE].join(', ')}.`,
  *check(store) {
    for (const { owner, spec, path } of store.podTemplates()) {
      for (const [index, sysctl] of listOf(valueAt(spec, 'securityContext', 'sysctls')).entries()) {
        const name = valueAt(sysctl, 'name');
        if (SAFE.has(name)) continue;
        yield { object: owner, path: `${path}.securityContext.sysctls[${index}].name`, received: name, message: 'is no safe sysctl' };
      }
    }
  },
};
