import { expectInput } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const LISTENERS = ['aws:lb/listener:Listener', 'aws:alb/listener:Listener'] as const;
const example = exampleOf(LISTENERS[0]);
const isCurrent = (value: unknown): boolean => /TLS13-1-[23]|TLS-1-2|FS-1-2/.test(String(value));

/** Clients of a load balancer cannot be talked into a broken version of TLS. */
export const listenerTlsMinimum: ResourceRule = {
  id: 'listener-tls-minimum',
  title: 'A load balancer takes TLS 1.2 and later',
  why: 'The policy that a listener has by default takes TLS 1.0, and whoever is between can force that.',
  good: example('{ port: 443, protocol: HTTPS, sslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06 }'),
  bad: example('{ port: 443, protocol: HTTPS, sslPolicy: ELBSecurityPolicy-2016-08 }'),
  remedy: 'Set sslPolicy to ELBSecurityPolicy-TLS13-1-2-2021-06.',
  *check(plan) {
    for (const resource of plan.ofType(...LISTENERS)) {
      const { protocol } = resource.inputs;
      if (protocol === 'HTTPS' || protocol === 'TLS') yield* expectInput(resource, ['sslPolicy'], isCurrent, 'must be a policy of TLS 1.2 or later');
    }
  },
};
