import { containersOf, effectiveSetting } from '../containers';
import { examplePod } from '../examples';
import type { Rule } from '../policy';
import { hasSidecar } from './injection';

/** The uid of Istio's sidecar; its traffic is not redirected. */
const PROXY_USER_ID = 1_337;

const namespace = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---`;

/** No container of a pod in the mesh runs as the sidecar's user. */
export const noProxyUserId: Rule = {
  id: 'no-proxy-user-id',
  title: 'No application runs as the user of the sidecar',
  why: 'What uid 1337 sends is not redirected to the sidecar, so that it leaves the pod without mutual TLS and policies (IST0144).',
  good: namespace + examplePod('securityContext: { runAsUser: 10001 }'),
  bad: namespace + examplePod('securityContext: { runAsUser: 1337 }'),
  remedy: 'Choose another uid.',
  *check(store) {
    for (const pod of store.podTemplates()) {
      if (!hasSidecar(store, pod)) continue;
      for (const container of containersOf(pod)) {
        const { value, path } = effectiveSetting(container, 'runAsUser');
        if (value === PROXY_USER_ID && container.fields['name'] !== 'istio-proxy') yield { object: pod.owner, path, received: value, message: 'must not be 1337' };
      }
    }
  },
};
