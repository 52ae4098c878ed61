import { itIsARule, itTellsApart, podOfContainer, type Twins } from '../rule-testing';
import { distinctProbes as rule } from './distinct-probes';

itIsARule(rule);

const probes = (readiness: string, liveness: string): string => podOfContainer(`readinessProbe: { ${readiness} }, livenessProbe: { ${liveness} }`);
const twins = (what: string, readiness: string, other: string, same: string): Twins => [what, probes(readiness, other), probes(readiness, same), 'spec.containers[0].livenessProbe'];
const http = 'httpGet: { path: /, port: 80 }';

itTellsApart(rule, [
  twins('the same route', http, 'httpGet: { path: /health, port: 80 }', http),
  twins('the same route with defaults written out', http, 'httpGet: { port: 81 }', 'httpGet: { port: 80, scheme: HTTP }'),
  twins('the same port', 'tcpSocket: { port: http }', http, 'tcpSocket: { port: http }'),
  twins('the same command', 'exec: { command: [test, a] }', 'exec: { command: [test, b] }', 'exec: { command: [test, a] }'),
  twins('the same service', 'grpc: { port: 80, service: a }', 'grpc: { port: 80, service: b }', 'grpc: { port: 80, service: a }'),
  twins('the same at another pace', `${http}, periodSeconds: 5`, `${http}, periodSeconds: 5, failureThreshold: 4`, `${http}, periodSeconds: 10, failureThreshold: 3, initialDelaySeconds: 30`),
  twins('the same with as few failures', `${http}, failureThreshold: 1`, `${http}, failureThreshold: 2`, `${http}, failureThreshold: 1`),
  ['two probes that ask', podOfContainer('readinessProbe: {}, livenessProbe: {}'), probes(http, http), 'spec.containers[0].livenessProbe'],
]);
