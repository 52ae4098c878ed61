import { findingsOf, itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { probePortDeclared as rule } from './probe-port-declared';

itIsARule(rule, {}, 'warning');

const probe = (port: string, action = 'httpGet', field = 'readinessProbe'): string => podOfContainer(`ports: [{ name: http, containerPort: 8080 }], ${field}: { ${action}: { port: ${port} } }`);

itTellsApart(rule, [
  ['a number that no port has', probe('8080'), probe('8081'), 'spec.containers[0].readinessProbe.httpGet.port'],
  ['a number in quotes', probe('"8080"'), probe('"8081"'), 'spec.containers[0].readinessProbe.httpGet.port'],
  ['a number, not a name', probe('htpp'), probe('8081'), 'spec.containers[0].readinessProbe.httpGet.port'],
  ['the port of a gRPC probe', probe('8080', 'grpc', 'startupProbe'), probe('80', 'grpc', 'startupProbe'), 'spec.containers[0].startupProbe.grpc.port'],
  ['a port that no container of the pod has',
    podOf('containers: [{ ports: [{ containerPort: 80 }] }, { livenessProbe: { tcpSocket: { port: 80 } } }]'),
    podOf('containers: [{ ports: [{ containerPort: web }] }, { livenessProbe: { tcpSocket: { port: 80 } } }]'), 'spec.containers[1].livenessProbe.tcpSocket.port'],
  ['the probe of a sidecar',
    podOf('initContainers: [{ restartPolicy: Always, ports: [{ containerPort: 80 }], startupProbe: { tcpSocket: { port: 80 } } }]'),
    podOf('initContainers: [{ restartPolicy: Always, startupProbe: { tcpSocket: { port: 80 } } }]'), 'spec.initContainers[0].startupProbe.tcpSocket.port'],
]);

it('says which ports there are', () => {
  expect(findingsOf(rule, probe('80'))[0]?.message).toBe('is not declared; 8080 is');
  expect(findingsOf(rule, podOfContainer('readinessProbe: { grpc: { port: 80 } }'))[0]?.message).toBe('is not declared; no port is');
});
