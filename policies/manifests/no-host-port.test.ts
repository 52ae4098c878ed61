import { itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { noHostPort as rule } from './no-host-port';

itIsARule(rule);

const ports = (hostPort: number): string => `ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: ${hostPort} }]`;

itTellsApart(rule, [
  ['a port of the node', podOfContainer(ports(0)), podOfContainer(ports(81)), 'spec.containers[0].ports[1].hostPort'],
  ['a port of the node in an init container', podOf(`initContainers: [{ ${ports(0)} }]`), podOf(`initContainers: [{ ${ports(81)} }]`), 'spec.initContainers[0].ports[1].hostPort'],
]);
