import { itIsARule, itTellsApart, podOf } from '../rule-testing';
import { safeSysctls as rule } from './safe-sysctls';

itIsARule(rule);

const sysctls = (name: string): string => podOf(`securityContext: { sysctls: [{ name: net.ipv4.tcp_rmem }, { name: ${name} }] }`);

itTellsApart(rule, [
  ['one that others share', sysctls('net.ipv4.tcp_wmem'), sysctls('net.core.somaxconn'), 'spec.securityContext.sysctls[1].name'],
  ['a name with slashes, which is the same sysctl but not allowed', sysctls('net.ipv4.tcp_wmem'), sysctls('net/ipv4/tcp_wmem'), 'spec.securityContext.sysctls[1].name'],
]);
