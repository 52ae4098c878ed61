import { BUCKETS, settingsOf } from '../buckets';
import { isFields, valueAt } from '../narrow';
import { documentOf, statementsOf } from '../policy-documents';
import type { PlannedResource } from '../planned-resource';
import { exampleResource } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const bucket = exampleResource(BUCKETS[0], 'assets', '{ bucket: example-assets }');
const policy = (effect: string): string => exampleResource('aws:s3/bucketPolicy:BucketPolicy', 'assets', `{ bucket: example-assets, policy: '{"Statement":[{"Effect":"${effect}","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}' }`);

/** Whether a policy refuses what comes without TLS, or is decided later. */
function refusesPlain({ inputs }: PlannedResource): boolean {
  const document = documentOf(inputs['policy']);
  if (document === undefined) return true;
  return statementsOf(document).some((statement) => statement['Effect'] === 'Deny' && isFields(valueAt(statement, 'Condition', 'Bool')) && String(valueAt(statement, 'Condition', 'Bool', 'aws:SecureTransport')) === 'false');
}

/** A bucket takes TLS alone. */
export const bucketTlsOnly: ResourceRule = {
  id: 'bucket-tls-only',
  title: 'A bucket refuses requests without TLS',
  why: 'Whoever is between reads what is asked for, and what is answered.',
  good: bucket + policy('Deny'),
  bad: bucket,
  remedy: 'Add a statement to its policy that denies s3:* where aws:SecureTransport is false.',
  *check(plan) {
    for (const resource of plan.ofType(...BUCKETS)) {
      const policies = settingsOf(plan, resource, 'BucketPolicy');
      if (!policies.some(refusesPlain)) yield { resource, path: 'policy', received: policies[0]?.inputs['policy'], message: 'must deny requests where aws:SecureTransport is false' };
    }
  },
};
