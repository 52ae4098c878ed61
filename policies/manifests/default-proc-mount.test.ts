import { itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { defaultProcMount as rule } from './default-proc-mount';

itIsARule(rule);

const context = (procMount: string): string => `securityContext: { procMount: ${procMount} }`;

itTellsApart(rule, [
  ['an unmasked /proc', podOfContainer(context('Default')), podOfContainer(context('Unmasked')), 'spec.containers[0].securityContext.procMount'],
  ['an unmasked /proc of an init container', podOf(`initContainers: [{ ${context('null')} }]`), podOf(`initContainers: [{ ${context('Unmasked')} }]`), 'spec.initContainers[0].securityContext.procMount'],
]);
