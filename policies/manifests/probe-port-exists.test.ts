import { findingsOf, itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { probePortExists as rule } from './probe-port-exists';

itIsARule(rule);

const probe = (port: string, action = 'httpGet', field = 'readinessProbe'): string => podOfContainer(`ports: [{ name: http, containerPort: 8080 }], ${field}: { ${action}: { port: ${port} } }`);
const sidecar = (fields: string): string => podOf(`initContainers: [{ restartPolicy: Always, startupProbe: { tcpSocket: { port: http } }, ${fields} }]`);

itTellsApart(rule, [
  ['a name that no port has', probe('http'), probe('htpp'), 'spec.containers[0].readinessProbe.httpGet.port'],
  ['the name of a TCP probe', probe('http', 'tcpSocket', 'livenessProbe'), probe('https', 'tcpSocket', 'livenessProbe'), 'spec.containers[0].livenessProbe.tcpSocket.port'],
  ['a port that speaks UDP', podOfContainer('ports: [{ name: dns, protocol: TCP }], livenessProbe: { tcpSocket: { port: dns } }'), podOfContainer('ports: [{ name: dns, protocol: UDP }], livenessProbe: { tcpSocket: { port: dns } }'), 'spec.containers[0].livenessProbe.tcpSocket.port'],
  ['a name, not a number', probe('"80"', 'httpGet', 'startupProbe'), probe('"web80"', 'httpGet', 'startupProbe'), 'spec.containers[0].startupProbe.httpGet.port'],
  ['the probe of a sidecar', sidecar('ports: [{ name: http }]'), sidecar('ports: [{ name: web }]'), 'spec.initContainers[0].startupProbe.tcpSocket.port'],
  ['a port of another container',
    podOf('containers: [{ name: a }, { ports: [{ name: http }], livenessProbe: { tcpSocket: { port: http } } }]'),
    podOf('containers: [{ ports: [{ name: http }] }, { livenessProbe: { tcpSocket: { port: http } } }]'), 'spec.containers[1].livenessProbe.tcpSocket.port'],
]);

it('says which ports there are', () => {
  expect(findingsOf(rule, probe('htpp'))[0]?.message).toBe('the container has no port of this name, did you mean "http"?; it has http');
  expect(findingsOf(rule, podOfContainer('readinessProbe: { tcpSocket: { port: web } }'))[0]?.message).toBe('the container has no port of this name; it has none with a name');
});
