import { itIsARule, itTellsApart, podOfContainer } from '../rule-testing';
import { noHostNamespaces as rule } from './no-host-namespaces';

itIsARule(rule);

itTellsApart(rule, ['hostNetwork', 'hostPID', 'hostIPC'].map((field) => [field, podOfContainer('', `${field}: false`), podOfContainer('', `${field}: true`), `spec.${field}`]));
