import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { topicEncrypted as rule } from './topic-encrypted';

itIsAResourceRule(rule);

const example = exampleOf('aws:sns/topic:Topic');
itTellsResourcesApart(rule, [
  ['no key', example('{ kmsMasterKeyId: alias/aws/sns }'), example('{}'), 'kmsMasterKeyId'],
]);
