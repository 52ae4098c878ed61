import { exampleDeployment } from '../examples';
import { namespaceOf } from '../manifest';
import { textOf, valueAt } from '../narrow';
import type { Rule } from '../policy';
import { exampleDestination, exampleService } from '../relation-examples';
import { DESTINATION_RULE, Hosts } from './hosts';

const others = exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }');
const policy = 'trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } }';

/** The host of a DestinationRule is one that pods call. */
export const destinationRuleHostExists: Rule = {
  id: 'destination-rule-host-exists',
  title: 'The host of a DestinationRule is a Service',
  why: 'For a host that nobody calls a DestinationRule does nothing, without a word: no circuit breaker, no limit of connections, no subset.',
  good: others + exampleDestination(policy),
  bad: others + exampleDestination(policy).replace('host: web', 'host: web.shop'),
  remedy: 'Name the Service alone, or in full: web.shop.svc.cluster.local.',
  *check(store, { complete = false }) {
    const hosts = new Hosts(store, complete);
    for (const rule of store.ofKind(DESTINATION_RULE)) {
      const host = textOf(valueAt(rule.object, 'spec', 'host'));
      if (host === undefined) continue;
      const known = hosts.find(host, namespaceOf(rule.object));
      if (known.kind === 'missing') yield { object: rule, path: 'spec.host', received: host, message: known.explanation };
    }
  },
};
