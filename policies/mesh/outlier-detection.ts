import { exampleDeployment } from '../examples';
import { namespaceOf, type SourcedObject } from '../manifest';
import { isFields, listOf, textOf, valueAt } from '../narrow';
import type { Report, Rule } from '../policy';
import { exampleDestination, exampleService } from '../relation-examples';
import { DESTINATION_RULE, Hosts } from './hosts';

const others = exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }');

function isStated(policy: unknown): boolean {
  if (isFields(valueAt(policy, 'outlierDetection'))) return true;
  const ports = listOf(valueAt(policy, 'portLevelSettings'));
  return ports.length > 0 && ports.every((port) => isFields(valueAt(port, 'outlierDetection')));
}

function* reportsOf(rule: SourcedObject): Iterable<Report> {
  const policy = valueAt(rule.object, 'spec', 'trafficPolicy');
  const subsets = listOf(valueAt(rule.object, 'spec', 'subsets'));
  const message = 'must be set: without it a pod that answers with errors keeps its share of the requests';
  // A subset inherits what it does not state itself.
  if (isStated(policy) || (subsets.length > 0 && subsets.every((subset) => isStated(valueAt(subset, 'trafficPolicy'))))) return;
  yield { object: rule, path: 'spec.trafficPolicy.outlierDetection', received: undefined, message };
}

/** A DestinationRule of a Service breaks the circuit to pods that fail. */
export const outlierDetection: Rule = {
  id: 'outlier-detection',
  title: 'The mesh takes failing pods out',
  why: 'Envoy has no circuit breaker for pods unless it is configured: one broken pod fails its share of all requests for as long as it lives.',
  good: others + exampleDestination('trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5, interval: 30s, baseEjectionTime: 30s } }'),
  bad: others + exampleDestination('trafficPolicy: { loadBalancer: { simple: LEAST_REQUEST } }'),
  remedy: 'Set trafficPolicy.outlierDetection with consecutive5xxErrors, interval, baseEjectionTime and maxEjectionPercent.',
  *check(store, { complete = false }) {
    const hosts = new Hosts(store, complete);
    for (const rule of store.ofKind(DESTINATION_RULE)) {
      const host = textOf(valueAt(rule.object, 'spec', 'host'));
      // Of a host outside the cluster there is one address, and nothing to choose from.
      if (host === undefined || hosts.find(host, namespaceOf(rule.object)).kind !== 'service') continue;
      yield* reportsOf(rule);
    }
  },
};
