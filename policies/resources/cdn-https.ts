import { listOf } from '../narrow';
import { expectInput } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const DISTRIBUTION = 'aws:cloudfront/distribution:Distribution';
const example = exampleOf(DISTRIBUTION);
const isHttps = (value: unknown): boolean => value === 'redirect-to-https' || value === 'https-only';
const MESSAGE = 'must be redirect-to-https or https-only';

/** Clients talk TLS to a CDN. */
export const cdnHttps: ResourceRule = {
  id: 'cdn-https',
  title: 'A CDN serves nothing over plain HTTP',
  why: 'Whoever is between reads tokens, and answers in the place of the CDN.',
  good: example('{ defaultCacheBehavior: { viewerProtocolPolicy: redirect-to-https } }'),
  bad: example('{ defaultCacheBehavior: { viewerProtocolPolicy: allow-all } }'),
  remedy: 'Set viewerProtocolPolicy to redirect-to-https in each behavior.',
  *check(plan) {
    for (const resource of plan.ofType(DISTRIBUTION)) {
      yield* expectInput(resource, ['defaultCacheBehavior', 'viewerProtocolPolicy'], isHttps, MESSAGE);
      for (const index of listOf(resource.inputs['orderedCacheBehaviors']).keys()) yield* expectInput(resource, ['orderedCacheBehaviors', index, 'viewerProtocolPolicy'], isHttps, MESSAGE);
    }
  },
};
