import { valueAt } from '../narrow';
import { expectInput } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const example = exampleOf('aws:ec2/launchTemplate:LaunchTemplate');

/** A machine gives its credentials to those who ask twice. */
export const nodeMetadataToken: ResourceRule = {
  id: 'node-metadata-token',
  title: 'A machine answers questions about itself with a token alone (IMDSv2)',
  why: 'A service that can be made to fetch an address would fetch the credentials of its machine.',
  good: example('{ metadataOptions: { httpTokens: required } }'),
  bad: example('{ metadataOptions: { httpTokens: optional } }'),
  remedy: 'Set metadataOptions.httpTokens to required.',
  *check(plan) {
    for (const resource of plan.ofType('aws:ec2/launchTemplate:LaunchTemplate', 'aws:ec2/instance:Instance')) {
      if (valueAt(resource.inputs, 'metadataOptions', 'httpEndpoint') !== 'disabled') yield* expectInput(resource, ['metadataOptions', 'httpTokens'], (value) => value === 'required', 'must be required');
    }
  },
};
