import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { listenerRedirects as rule } from './listener-redirects';

itIsAResourceRule(rule);

const example = exampleOf('aws:lb/listener:Listener');
itTellsResourcesApart(rule, [
  ['a redirect to HTTP', example('{ protocol: HTTP, defaultActions: [{ type: redirect, redirect: { protocol: HTTPS } }] }'), example('{ protocol: HTTP, defaultActions: [{ type: redirect, redirect: { protocol: HTTP } }] }'), 'defaultActions[0].type'],
  ['what is HTTP', example('{ protocol: TCP, defaultActions: [{ type: forward }] }'), example('{ protocol: HTTP, defaultActions: [{ type: forward }] }'), 'defaultActions[0].type'],
]);
