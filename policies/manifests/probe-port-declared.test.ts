import { findingsOf, itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { probePortDeclared as rule } from './probe-port-declared';

itIsARule(rule);

const probe = (port: string, action = 'httpGet', field = 'readinessProbe'): string => podOfContainer(`ports: [{ name: http, containerPort: 8080 }], ${field}: { ${action}: { port: ${port} } }`);

itTellsApart(rule, [
  ['a name that no port has', probe('http'), probe('htpp'), 'spec.containers[0].readinessProbe.httpGet.port'],
  ['a number that no port has', probe('8080'), probe('8081'), 'spec.containers[0].readinessProbe.httpGet.port'],
  ['a number in quotes', probe('"8080"'), probe('"8081"'), 'spec.containers[0].readinessProbe.httpGet.port'],
  ['the port of a TCP probe', probe('http', 'tcpSocket', 'livenessProbe'), probe('https', 'tcpSocket', 'livenessProbe'), 'spec.containers[0].livenessProbe.tcpSocket.port'],
  ['the port of a gRPC probe', probe('8080', 'grpc', 'startupProbe'), probe('80', 'grpc', 'startupProbe'), 'spec.containers[0].startupProbe.grpc.port'],
  ['a port of another container, which is there by number only',
    podOf('containers: [{ ports: [{ name: http, containerPort: 80 }] }, { livenessProbe: { tcpSocket: { port: 80 } } }]'),
    podOf('containers: [{ ports: [{ name: http, containerPort: 80 }] }, { livenessProbe: { tcpSocket: { port: http } } }]'), 'spec.containers[1].livenessProbe.tcpSocket.port'],
  ['the probe of a sidecar',
    podOf('initContainers: [{ restartPolicy: Always, ports: [{ containerPort: 80 }], startupProbe: { tcpSocket: { port: 80 } } }]'),
    podOf('initContainers: [{ restartPolicy: Always, startupProbe: { tcpSocket: { port: 80 } } }]'), 'spec.initContainers[0].startupProbe.tcpSocket.port'],
]);

it('says which ports there are', () => {
  expect(findingsOf(rule, probe('htpp'))[0]?.message).toBe('is no declared port, did you mean "http"?; declared are http, 8080');
  expect(findingsOf(rule, podOfContainer('readinessProbe: { grpc: { port: 80 } }'))[0]?.message).toBe('is no declared port; declared are none');
});
