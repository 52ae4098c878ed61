import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { cacheEncryptedAtRest as rule } from './cache-encrypted-at-rest';

itIsAResourceRule(rule);

const example = exampleOf('aws:elasticache/replicationGroup:ReplicationGroup');
itTellsResourcesApart(rule, [
  ['plain storage', example('{ atRestEncryptionEnabled: "true" }'), example('{ atRestEncryptionEnabled: false }'), 'atRestEncryptionEnabled'],
  ['storage that nothing is said of', example('{ atRestEncryptionEnabled: true }'), example('{}'), 'atRestEncryptionEnabled'],
]);
