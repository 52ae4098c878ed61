import { itIsARule, itTellsApart, podOfContainer } from '../rule-testing';
import { noHostProcess as rule } from './no-host-process';

itIsARule(rule);

const context = (hostProcess: boolean): string => `securityContext: { windowsOptions: { hostProcess: ${hostProcess} } }`;

itTellsApart(rule, [
  ['a container on the host', podOfContainer(context(false)), podOfContainer(context(true)), 'spec.containers[0].securityContext.windowsOptions.hostProcess'],
  ['a pod on the host', podOfContainer('', context(false)), podOfContainer('', context(true)), 'spec.securityContext.windowsOptions.hostProcess'],
]);
