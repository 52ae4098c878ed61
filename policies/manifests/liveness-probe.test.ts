import { itIsARule, itTellsApart, podOf } from '../rule-testing';
import { livenessProbe as rule } from './liveness-probe';

itIsARule(rule, {}, 'warning');

const ports = 'ports: [{ containerPort: 80 }]';
const probe = 'livenessProbe: { tcpSocket: { port: 80 } }';

itTellsApart(rule, [
  ['no probe', podOf(`containers: [{ ${ports}, ${probe} }]`), podOf(`containers: [{ ${ports}, readinessProbe: { tcpSocket: { port: 80 } } }]`), 'spec.containers[0].livenessProbe'],
  ['a pod that others connect to', podOf('containers: [{ name: a }]'), podOf(`containers: [{ ${ports} }]`), 'spec.containers[0].livenessProbe'],
]);
