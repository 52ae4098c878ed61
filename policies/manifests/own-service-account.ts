import { examplePod } from '../examples';
import type { Rule } from '../policy';
import { serviceAccountOf } from '../service-account';

/** A pod has a ServiceAccount other than its namespace's default. */
export const ownServiceAccount: Rule = {
  id: 'own-service-account',
  title: 'Pods have a ServiceAccount of their own',
  why: 'All pods that name none share one identity: the mesh cannot tell them apart, and rights given to one are given to all.',
  good: examplePod('', 'serviceAccountName: web'),
  bad: examplePod('', 'serviceAccountName: default'),
  remedy: 'Create a ServiceAccount for the workload, and name it in serviceAccountName.',
  *check(store) {
    for (const pod of store.podTemplates()) {
      if (serviceAccountOf(pod) !== 'default') continue;
      yield { object: pod.owner, path: `${pod.path}.serviceAccountName`, received: pod.spec['serviceAccountName'], message: 'must name an account other than default' };
    }
  },
};
