import { expectInput } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const DISTRIBUTION = 'aws:cloudfront/distribution:Distribution';
const example = exampleOf(DISTRIBUTION);

/** What is known to be an attack is stopped at the edge. */
export const cdnFirewall: ResourceRule = {
  id: 'cdn-firewall',
  title: 'A CDN has a web application firewall before it',
  why: 'Floods and known attacks reach the services.',
  good: example('{ webAclId: "${firewall.arn}" }'),
  bad: example('{ enabled: true }'),
  remedy: 'Set webAclId to the ARN of a web ACL.',
  *check(plan) {
    for (const resource of plan.ofType(DISTRIBUTION)) {
      yield* expectInput(resource, ['webAclId'], (value) => value !== undefined && value !== '', 'must name a web ACL');
    }
  },
};
