import { itIsARule, itTellsApart, podOfContainer } from '../rule-testing';
import { noProbeHost as rule } from './no-probe-host';

itIsARule(rule);

const probe = (action: string, host: string): string => `{ ${action}: { port: 80, host: "${host}" } }`;

itTellsApart(rule, ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((field) => ['httpGet', 'tcpSocket'].map((action) =>
  [`a host in ${field}.${action}`, podOfContainer(`${field}: ${probe(action, '')}`), podOfContainer(`${field}: ${probe(action, 'other')}`), `spec.containers[0].${field}.${action}.host`])));

itTellsApart(rule, ['postStart', 'preStop'].map((hook) =>
  [`a host in ${hook}`, podOfContainer(`lifecycle: { ${hook}: ${probe('httpGet', '')} }`), podOfContainer(`lifecycle: { ${hook}: ${probe('httpGet', 'other')} }`), `spec.containers[0].lifecycle.${hook}.httpGet.host`]));
