import { isFields, valueAt } from '../narrow';
import { isDecidedLater } from '../planned-resource';
import { documentOf } from '../policy-documents';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const PROVIDER = 'pulumi:providers:aws';
const example = exampleOf(PROVIDER);

/** What a resource costs is charged to somebody. */
export const costTags: ResourceRule = {
  id: 'cost-tags',
  title: 'A provider tags everything that it makes',
  why: 'What bears no tag is in the bill, and nobody can say whose it is.',
  good: example('{ region: eu-west-1, defaultTags: { tags: { environment: production } } }'),
  bad: example('{ region: eu-west-1 }'),
  remedy: 'Set defaultTags.tags of the provider, and make them cost allocation tags.',
  *check(plan) {
    for (const resource of plan.ofType(PROVIDER)) {
      const { defaultTags } = resource.inputs;
      // The engine gives a provider its structured inputs as JSON.
      const tags = valueAt(documentOf(defaultTags), 'tags');
      if ((documentOf(defaultTags) === undefined && isDecidedLater(defaultTags)) || isDecidedLater(tags)) continue;
      if (!isFields(tags) || Object.keys(tags).length === 0) yield { resource, path: 'defaultTags.tags', received: tags, message: 'must have at least one tag' };
    }
  },
};
