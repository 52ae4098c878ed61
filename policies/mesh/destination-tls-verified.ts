import { exampleDeployment } from '../examples';
import type { SourcedObject } from '../manifest';
import { listOf, valueAt } from '../narrow';
import type { Report, Rule } from '../policy';
import { exampleDestination, exampleService } from '../relation-examples';
import { DESTINATION_RULE } from './hosts';

const others = exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }');

/** Where a DestinationRule may state TLS: for all, for a port, and for a subset the same. */
export function* tlsSettings({ object }: SourcedObject): Iterable<{ readonly path: string; readonly tls: unknown }> {
  const policies: (readonly [string, unknown])[] = [['spec.trafficPolicy', valueAt(object, 'spec', 'trafficPolicy')]];
  for (const [index, subset] of listOf(valueAt(object, 'spec', 'subsets')).entries()) policies.push([`spec.subsets[${index}].trafficPolicy`, valueAt(subset, 'trafficPolicy')]);
  for (const [path, policy] of policies) {
    yield { path: `${path}.tls`, tls: valueAt(policy, 'tls') };
    for (const [index, port] of listOf(valueAt(policy, 'portLevelSettings')).entries()) {
      yield { path: `${path}.portLevelSettings[${index}].tls`, tls: valueAt(port, 'tls') };
    }
  }
}

function judge(object: SourcedObject, path: string, tls: unknown): Report | undefined {
  const mode = valueAt(tls, 'mode');
  if (mode !== 'SIMPLE' && mode !== 'MUTUAL') return undefined;
  if (valueAt(tls, 'insecureSkipVerify') === true) return { object, path: `${path}.insecureSkipVerify`, received: true, message: 'must be left out: it accepts any certificate' };
  if (valueAt(tls, 'caCertificates') || valueAt(tls, 'credentialName')) return undefined;
  return { object, path: `${path}.caCertificates`, received: undefined, message: `must be set for mode ${mode}: without it the certificate of the server is not verified` };
}

/** TLS that a DestinationRule begins itself verifies the server. */
export const destinationTlsVerified: Rule = {
  id: 'destination-tls-verified',
  title: 'TLS to a destination verifies its certificate',
  why: 'Without a CA Envoy accepts any certificate: whoever answers is taken for the server (IST0128, IST0129).',
  good: others + exampleDestination('trafficPolicy: { tls: { mode: SIMPLE, caCertificates: system }, outlierDetection: { consecutive5xxErrors: 5 } }'),
  bad: others + exampleDestination('trafficPolicy: { tls: { mode: SIMPLE }, outlierDetection: { consecutive5xxErrors: 5 } }'),
  remedy: 'Set caCertificates: system, a file, or credentialName; between pods of the mesh use ISTIO_MUTUAL.',
  *check(store) {
    for (const rule of store.ofKind(DESTINATION_RULE)) {
      for (const { path, tls } of tlsSettings(rule)) {
        const report = judge(rule, path, tls);
        if (report) yield report;
      }
    }
  },
};
