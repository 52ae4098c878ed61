import { isUnset, podSetting } from '../containers';
import { examplePod } from '../examples';
import { namespaceOf } from '../manifest';
import { listOf, textOf, valueAt } from '../narrow';
import type { PodTemplate } from '../pod-template';
import type { Rule } from '../policy';
import { serviceAccountOf } from '../service-account';
import type { ObjectStore } from '../store';

/** The ServiceAccounts to which somebody gave rights, as `namespace/name`: their pods call the API. */
function accountsWithRights(store: ObjectStore): ReadonlySet<string> {
  const bindings = ['RoleBinding', 'ClusterRoleBinding'].flatMap((kind) => store.ofKind(`rbac.authorization.k8s.io/${kind}`));
  return new Set(
    bindings.flatMap(({ object }) =>
      listOf(object['subjects'])
        .filter((subject) => valueAt(subject, 'kind') === 'ServiceAccount')
        .map((subject) => `${textOf(valueAt(subject, 'namespace')) ?? namespaceOf(object)}/${textOf(valueAt(subject, 'name')) ?? ''}`),
    ),
  );
}

/** The pod's own word, else that of its account; a token is mounted unless one of them says no. */
function mountsToken(pod: PodTemplate, store: ObjectStore): boolean {
  const own = podSetting(pod, 'automountServiceAccountToken').value;
  const account = store.find('ServiceAccount', pod.namespace, serviceAccountOf(pod));
  return (isUnset(own) ? account?.object['automountServiceAccountToken'] : own) !== false;
}

/** A pod has no credentials for the Kubernetes API unless its account has rights there. */
export const serviceAccountToken: Rule = {
  id: 'service-account-token',
  title: 'Only pods that call the Kubernetes API have a token for it',
  why: 'Who breaks into the pod finds the token, and asks the API server with it.',
  good: examplePod('', 'automountServiceAccountToken: false'),
  bad: examplePod('', 'serviceAccountName: web'),
  remedy: 'Set automountServiceAccountToken: false; a pod that calls the API has a ServiceAccount of its own with a RoleBinding beside it.',
  *check(store) {
    const withRights = accountsWithRights(store);
    for (const pod of store.podTemplates()) {
      if (!mountsToken(pod, store) || withRights.has(`${pod.namespace}/${serviceAccountOf(pod)}`)) continue;
      const { value, path } = podSetting(pod, 'automountServiceAccountToken');
      yield { object: pod.owner, path, received: value, message: 'must be false: no binding gives the ServiceAccount any rights' };
    }
  },
};
