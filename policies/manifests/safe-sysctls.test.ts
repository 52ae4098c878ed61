import { itIsARule, itTellsApart, podOf } from '../rule-testing';
import { safeSysctls as rule } from './safe-sysctls';

itIsARule(rule);

const sysctls = (name: string): string => podOf(`securityContext: { sysctls: [{ name: net.ipv4.tcp_rmem }, { name: ${name} }] }`);

const safe = [
  'kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.ip_local_reserved_ports', 'net.ipv4.ip_unprivileged_port_start', 'net.ipv4.ping_group_range', 'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes', 'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_syncookies', 'net.ipv4.tcp_wmem',
];

itTellsApart(rule, safe.map((name) => [`a name that is not ${name}`, sysctls(name), sysctls(`${name}s`), 'spec.securityContext.sysctls[1].name']));

itTellsApart(rule, [
  ['one that others share', sysctls('net.ipv4.tcp_wmem'), sysctls('net.core.somaxconn'), 'spec.securityContext.sysctls[1].name'],
  ['a name with slashes, which is the same sysctl but not allowed', sysctls('net.ipv4.tcp_wmem'), sysctls('net/ipv4/tcp_wmem'), 'spec.securityContext.sysctls[1].name'],
]);
