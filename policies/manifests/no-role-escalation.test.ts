import { exampleRole } from '../relation-examples';
import { itIsARule, itTellsApart } from '../rule-testing';
import { noRoleEscalation as rule } from './no-role-escalation';

itIsARule(rule);

const role = (group: string, resource: string, verb: string, more = ''): string => exampleRole(`{ apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"]${more} }`);
const rbac = 'rbac.authorization.k8s.io';
const path = 'rules[0].verbs';
itTellsApart(rule, [
  ['Secrets that are read', role('', 'secrets', 'create'), role('', 'secrets', 'list'), path],
  ['all Secrets, not one', role('', 'secrets', 'get', ', resourceNames: [web]'), role('', 'secrets', 'get'), path],
  ['commands in pods', role('', 'pods/log', 'get'), role('', 'pods/exec', 'create'), path],
  ['commands by a wildcard', role('', '*/scale', 'update'), role('', '*/exec', 'create'), path],
  ['tokens', role('', 'serviceaccounts', 'create'), role('', 'serviceaccounts/token', 'create'), path],
  ['nodes', role('', 'nodes', 'get'), role('', 'nodes/proxy', 'get'), path],
  ['impersonation', role('', 'users', 'get'), role('', 'users', 'impersonate'), path],
  ['roles that grow', role(rbac, 'roles', 'update'), role(rbac, 'roles', 'escalate'), path],
  ['roles that are taken', role(rbac, 'rolebindings', 'create'), role(rbac, 'clusterroles', 'bind'), path],
  ['certificates', role('certificates.k8s.io', 'certificatesigningrequests', 'update'), role('certificates.k8s.io', 'certificatesigningrequests/approval', 'update'), path],
  ['webhooks', role('admissionregistration.k8s.io', 'mutatingwebhookconfigurations', 'get'), role('admissionregistration.k8s.io', 'mutatingwebhookconfigurations', 'patch'), path],
  ['a group by a wildcard', role('apps', 'secrets', 'get'), role('*', 'secrets', 'get'), path],
]);
