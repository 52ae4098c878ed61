import { listOf } from '../narrow';
import { readAt } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const LISTENERS = ['aws:lb/listener:Listener', 'aws:alb/listener:Listener'] as const;
const example = exampleOf(LISTENERS[0]);

/** A load balancer serves nothing over plain HTTP. */
export const listenerRedirects: ResourceRule = {
  id: 'listener-redirects',
  title: 'A load balancer answers plain HTTP with a redirect to HTTPS',
  why: 'Whoever is between reads tokens, and answers in the place of the service.',
  good: example('{ port: 80, protocol: HTTP, defaultActions: [{ type: redirect, redirect: { protocol: HTTPS, statusCode: HTTP_301 } }] }'),
  bad: example('{ port: 80, protocol: HTTP, defaultActions: [{ type: forward, targetGroupArn: "${web.arn}" }] }'),
  remedy: 'Let the listener redirect to HTTPS, and serve there.',
  *check(plan) {
    for (const resource of plan.ofType(...LISTENERS)) {
      if (resource.inputs['protocol'] !== 'HTTP') continue;
      for (const index of listOf(resource.inputs['defaultActions']).keys()) {
        const type = readAt(resource.inputs, ['defaultActions', index, 'type']);
        const protocol = readAt(resource.inputs, ['defaultActions', index, 'redirect', 'protocol']);
        if (type.kind === 'later' || protocol.kind === 'later' || type.value === 'fixed-response' || (type.value === 'redirect' && protocol.value === 'HTTPS')) continue;
        yield { resource, path: `defaultActions[${index}].type`, received: type.value, message: 'must be a redirect to HTTPS' };
      }
    }
  },
};
