import { itIsARule, itTellsApart, podOfContainer } from '../rule-testing';
import { startupProbe as rule } from './startup-probe';

itIsARule(rule, {}, 'warning');

const path = 'spec.containers[0].startupProbe';
const probe = 'tcpSocket: { port: 80 }';
const served = 'ports: [{ containerPort: 80 }]';
itTellsApart(rule, [
  ['a liveness probe alone', podOfContainer(`${served}, livenessProbe: { ${probe} }, startupProbe: { ${probe} }`), podOfContainer(`${served}, livenessProbe: { ${probe} }`), path],
  ['a liveness probe, not a readiness probe', podOfContainer(`${served}, readinessProbe: { ${probe} }`), podOfContainer(`${served}, livenessProbe: { ${probe} }`), path],
  ['a startup probe that is null', podOfContainer(`${served}, livenessProbe: null, startupProbe: null`), podOfContainer(`${served}, livenessProbe: { ${probe} }, startupProbe: null`), path],
  ['a container that serves', podOfContainer(`livenessProbe: { ${probe} }`), podOfContainer(`${served}, livenessProbe: { ${probe} }`), path],
]);
