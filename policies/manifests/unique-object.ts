import { groupKindOf, namespaceOf, type SourcedObject } from '../manifest';
import type { Rule } from '../policy';

/** No two objects have the same kind, namespace and name. */
export const uniqueObject: Rule = {
  id: 'unique-object',
  title: 'Objects are told apart by kind, namespace and name',
  why: 'Of two objects with one identity the one applied last replaces the other, without a word.',
  good: `
apiVersion: v1
kind: ConfigMap
metadata: { name: web, namespace: shop }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: web, namespace: stock }
`,
  bad: `
apiVersion: v1
kind: ConfigMap
metadata: { name: web, namespace: shop }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: web, namespace: shop }
`,
  remedy: 'Rename one of the two, or remove it.',
  *check(store) {
    const seen = new Map<string, SourcedObject>();
    for (const sourced of store.objects) {
      const { object } = sourced;
      const key = `${groupKindOf(object)}\n${namespaceOf(object)}\n${object.metadata.name}`;
      const first = seen.get(key);
      if (!first) {
        seen.set(key, sourced);
        continue;
      }
      const message = `${object.kind} of this name and namespace is already defined in ${first.source}`;
      yield { object: sourced, path: 'metadata.name', received: object.metadata.name, message };
    }
  },
};
