import { listOf, textOf, valueAt } from '../narrow';
import type { Rule } from '../policy';
import { bindings } from '../rbac';

/** Everyone, and those whom nothing holds. */
const GROUPS = new Set(['system:masters', 'system:unauthenticated', 'system:authenticated', 'system:serviceaccounts']);
const ANONYMOUS = 'system:anonymous';

const binding = (role: string): string => `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${role} }
subjects: [{ kind: ServiceAccount, name: web, namespace: shop }]
`;

/** No binding gives all rights, or gives rights to all. */
export const noClusterAdmin: Rule = {
  id: 'no-cluster-admin',
  title: 'No binding gives all rights, or gives rights to everybody',
  why: 'With cluster-admin one stolen token is the whole cluster; rights of everybody are rights of whoever breaks into any pod.',
  good: binding('view'),
  bad: binding('cluster-admin'),
  remedy: 'Bind a role with the rights that are needed, to the one account that needs them.',
  *check(store) {
    for (const object of bindings(store)) {
      const role = valueAt(object.object, 'roleRef', 'name');
      if (role === 'cluster-admin') yield { object, path: 'roleRef.name', received: role, message: 'must be a role with the rights that are needed' };
      for (const [index, subject] of listOf(object.object['subjects']).entries()) {
        const name = textOf(valueAt(subject, 'name')) ?? '';
        const kind = valueAt(subject, 'kind');
        if ((kind === 'Group' && GROUPS.has(name)) || (kind === 'User' && name === ANONYMOUS)) {
          yield { object, path: `subjects[${index}].name`, received: name, message: 'must be one account, user or group of people' };
        }
      }
    }
  },
};
