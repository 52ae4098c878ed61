import { exampleDeployment } from '../examples';
import type { Rule } from '../policy';
import { suggestionAmong } from '../suggestion';

const EXISTING = /^(?:|default|kube-.*)$/;
const namespace = (name: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { pod-security.kubernetes.io/enforce: restricted } }
---`;

/** Pods are in namespaces that exist: judged where the set is complete. */
export const namespaceExists: Rule = {
  id: 'namespace-exists',
  title: 'The namespaces of pods exist',
  why: 'In a namespace that is not there nothing can be created, and one that is made in passing has neither Pod Security nor the mesh.',
  good: namespace('shop') + exampleDeployment(''),
  bad: namespace('stock') + exampleDeployment(''),
  remedy: 'Add the Namespace, with its labels, or correct the name.',
  *check(store, { complete }) {
    if (!complete) return;
    const names = new Set(store.ofKind('Namespace').map(({ object }) => object.metadata.name));
    for (const { namespace: name, owner } of store.podTemplates()) {
      if (names.has(name) || EXISTING.test(name)) continue;
      yield { object: owner, path: 'metadata.namespace', received: name, message: `there is no Namespace of this name${suggestionAmong(name, names)}` };
    }
  },
};
