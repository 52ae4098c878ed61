import type { SourcedObject } from './manifest';
import { listOf, valueAt } from './narrow';
import type { ObjectStore } from './store';

/** What a rule of a Role allows. */
export interface RoleRule {
  readonly role: SourcedObject;
  /** `rules[2]`. */
  readonly path: string;
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly nonResourceUrls: readonly string[];
  /** Whether it is about objects of given names only. */
  readonly named: boolean;
}

const texts = (value: unknown): readonly string[] => listOf(value).map(String);

/**
 * Roles that Kubernetes itself brings; they come in dumps of a cluster, and it puts them back when they are changed. Their names begin
 * with `system:`, which anyone may write.
 */
function isBuiltIn({ object }: SourcedObject): boolean {
  return object.metadata.labels?.['kubernetes.io/bootstrapping'] !== undefined;
}

/** Every rule of every Role and ClusterRole that someone wrote. */
export function* roleRules(store: ObjectStore): Iterable<RoleRule> {
  for (const kind of ['Role', 'ClusterRole']) {
    for (const role of store.ofKind(`rbac.authorization.k8s.io/${kind}`)) {
      if (isBuiltIn(role)) continue;
      for (const [index, rule] of listOf(role.object['rules']).entries()) {
        yield {
          role,
          path: `rules[${index}]`,
          verbs: texts(valueAt(rule, 'verbs')),
          apiGroups: texts(valueAt(rule, 'apiGroups')),
          resources: texts(valueAt(rule, 'resources')),
          nonResourceUrls: texts(valueAt(rule, 'nonResourceURLs')),
          named: listOf(valueAt(rule, 'resourceNames')).length > 0,
        };
      }
    }
  }
}

/** Every binding that someone wrote. */
export function bindings(store: ObjectStore): readonly SourcedObject[] {
  return ['RoleBinding', 'ClusterRoleBinding'].flatMap((kind) => store.ofKind(`rbac.authorization.k8s.io/${kind}`)).filter((binding) => !isBuiltIn(binding));
}

/** Whether a rule is about a resource of a group, such as `secrets` of `''`. */
export function covers({ apiGroups, resources }: RoleRule, group: string, resource: string): boolean {
  const [, subresource] = resource.split('/');
  const patterns = ['*', resource, ...(subresource === undefined ? [] : [`*/${subresource}`])];
  return (apiGroups.includes(group) || apiGroups.includes('*')) && patterns.some((pattern) => resources.includes(pattern));
}

/** The first of `verbs` that a rule allows; undefined where it allows none. */
export function allowedVerb(rule: RoleRule, verbs: readonly string[]): string | undefined {
  return rule.verbs.includes('*') ? '*' : verbs.find((verb) => rule.verbs.includes(verb));
}
