import type { Report, Rule } from '../policy';
import { allowedVerb, covers, roleRules, type RoleRule } from '../rbac';
import { exampleRole } from '../relation-examples';

/** A right that lets its owner take others. */
interface Escalation {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly means: string;
}

const RBAC = 'rbac.authorization.k8s.io';
const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch'];

/** https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks */
const ESCALATIONS: readonly Escalation[] = [
  { group: '', resources: ['secrets'], verbs: READ, means: 'reads the tokens and passwords of others' },
  { group: '', resources: ['pods/exec', 'pods/attach', 'pods/portforward', 'pods/ephemeralcontainers'], verbs: ['get', ...WRITE], means: 'acts inside the pods of others' },
  { group: '', resources: ['serviceaccounts/token'], verbs: ['create'], means: 'makes tokens of other accounts' },
  { group: '', resources: ['nodes/proxy'], verbs: ['get', ...WRITE], means: 'runs commands in every pod of a node' },
  { group: '', resources: ['users', 'groups', 'serviceaccounts'], verbs: ['impersonate'], means: 'acts as others' },
  { group: RBAC, resources: ['roles', 'clusterroles'], verbs: ['escalate'], means: 'gives roles more rights than its owner has' },
  { group: RBAC, resources: ['roles', 'clusterroles'], verbs: ['bind'], means: 'takes any role' },
  { group: 'certificates.k8s.io', resources: ['certificatesigningrequests/approval'], verbs: ['update', 'patch'], means: 'makes certificates of any user' },
  { group: 'admissionregistration.k8s.io', resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'], verbs: WRITE, means: 'reads and changes whatever is applied' },
];

function* reportsOf(rule: RoleRule): Iterable<Report> {
  // Of a rule without bounds another rule speaks.
  if (rule.resources.includes('*') && rule.verbs.includes('*')) return;
  for (const { group, resources, verbs, means } of ESCALATIONS) {
    const resource = resources.find((candidate) => covers(rule, group, candidate));
    const verb = allowedVerb(rule, verbs);
    // A name bounds what is read or taken, not what may be created.
    if (resource === undefined || verb === undefined || rule.named) continue;
    yield { object: rule.role, path: `${rule.path}.verbs`, received: verb, message: `on ${resource} it ${means}` };
  }
}

/** No role holds a right from which others can be taken. */
export const noRoleEscalation: Rule = {
  id: 'no-role-escalation',
  title: 'No role can be used to take more rights',
  why: 'Who can read all Secrets, enter pods, impersonate or bind roles has in effect every right that can be reached from there.',
  good: exampleRole('{ apiGroups: [""], resources: [secrets], resourceNames: [web], verbs: [get] }'),
  bad: exampleRole('{ apiGroups: [""], resources: [secrets], verbs: [get] }'),
  remedy: 'Remove the verb or resource, or name the objects in resourceNames; a controller that needs it has an exception with its reason.',
  *check(store) {
    for (const rule of roleRules(store)) yield* reportsOf(rule);
  },
};
