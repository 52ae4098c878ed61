import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { costTags as rule } from './cost-tags';

itIsAResourceRule(rule);

const example = exampleOf('pulumi:providers:aws');
itTellsResourcesApart(rule, [
  ['none in JSON', example(`{ defaultTags: '{"tags":{"team":"\${config.team}"}}' }`), example(`{ defaultTags: '{"tags":{}}' }`), 'defaultTags.tags'],
  ['none, whatever is decided later', example('{ defaultTags: "(known once it exists)" }'), example('{ defaultTags: { tags: {} } }'), 'defaultTags.tags'],
]);
