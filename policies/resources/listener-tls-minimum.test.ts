import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { listenerTlsMinimum as rule } from './listener-tls-minimum';

itIsAResourceRule(rule);

const example = exampleOf('aws:lb/listener:Listener');
itTellsResourcesApart(rule, [
  ['the default', example('{ protocol: TLS, sslPolicy: ELBSecurityPolicy-TLS13-1-3-2021-06 }'), example('{ protocol: TLS }'), 'sslPolicy'],
  ['a policy that takes TLS 1.0', example('{ protocol: HTTPS, sslPolicy: ELBSecurityPolicy-TLS-1-2-Ext-2018-06 }'), example('{ protocol: HTTPS, sslPolicy: ELBSecurityPolicy-TLS13-1-0-2021-06 }'), 'sslPolicy'],
  ['what has any', example('{ protocol: TCP }'), example('{ protocol: HTTPS }'), 'sslPolicy'],
]);
