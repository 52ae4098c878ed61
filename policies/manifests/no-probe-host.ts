import { allContainers, settingOf } from '../containers';
import { examplePod } from '../examples';
import type { Rule } from '../policy';

const HANDLERS = [['livenessProbe'], ['readinessProbe'], ['startupProbe'], ['lifecycle', 'postStart'], ['lifecycle', 'preStop']];

/** Probes and lifecycle hooks ask the pod itself. Pod Security Standard, baseline, from Kubernetes 1.34. */
export const noProbeHost: Rule = {
  id: 'no-probe-host',
  title: 'Probes ask their own pod',
  why: 'The kubelet sends the probe: with a host of its own choice a pod makes the node call any address, the cloud\'s metadata among them.',
  good: examplePod('readinessProbe: { httpGet: { path: /ready, port: 8080 } }'),
  bad: examplePod('readinessProbe: { httpGet: { host: 169.254.169.254, path: /ready, port: 80 } }'),
  remedy: 'Remove host; a virtual host goes into httpHeaders, as Host.',
  *check(store) {
    for (const container of allContainers(store)) {
      for (const handler of HANDLERS) {
        for (const action of ['httpGet', 'tcpSocket']) {
          const { value, path } = settingOf(container, ...handler, action, 'host');
          if (value) yield { object: container.pod.owner, path, received: value, message: 'must be left out' };
        }
      }
    }
  },
};
