import type { Rule } from '../policy';
import { roleRules } from '../rbac';
import { exampleRole } from '../relation-examples';

/** A role names what it allows. */
export const noWildcardRole: Rule = {
  id: 'no-wildcard-role',
  title: 'A role names its verbs and resources',
  why: 'An asterisk allows what nobody thought of, and what later versions and extensions add.',
  good: exampleRole('{ apiGroups: [""], resources: [configmaps], verbs: [get, watch] }'),
  bad: exampleRole('{ apiGroups: [""], resources: [configmaps], verbs: ["*"] }'),
  remedy: 'Name what is needed.',
  *check(store) {
    for (const rule of roleRules(store)) {
      for (const [field, values] of [['verbs', rule.verbs], ['resources', rule.resources], ['apiGroups', rule.apiGroups], ['nonResourceURLs', rule.nonResourceUrls]] as const) {
        if (values.includes('*')) yield { object: rule.role, path: `${rule.path}.${field}`, received: '*', message: 'must name what it allows' };
      }
    }
  },
};
