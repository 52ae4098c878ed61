import { examplePod } from '../examples';
import type { Rule } from '../policy';

/** No workload is in the namespace `default`. */
export const noDefaultNamespace: Rule = {
  id: 'no-default-namespace',
  title: 'No workload is in the default namespace',
  why: 'Everything that names no namespace lands there: policies, quotas and rights cannot tell whose pods they are for.',
  good: examplePod(''),
  bad: examplePod('').replace('namespace: shop', 'namespace: default'),
  remedy: 'Give the application a namespace of its own.',
  *check(store) {
    for (const { owner } of store.podTemplates('default')) {
      yield { object: owner, path: 'metadata.namespace', received: owner.object.metadata.namespace, message: 'must not be default' };
    }
  },
};
