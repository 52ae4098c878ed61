import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { cacheEncryptedInTransit as rule } from './cache-encrypted-in-transit';

itIsAResourceRule(rule);

const example = exampleOf('aws:elasticache/replicationGroup:ReplicationGroup');
itTellsResourcesApart(rule, [
  ['plain connections', example('{ transitEncryptionEnabled: true, authToken: "[secret]" }'), example('{ authToken: "[secret]" }'), 'transitEncryptionEnabled'],
  ['plain connections beside others', example('{ transitEncryptionEnabled: true, userGroupIds: [web] }'), example('{ transitEncryptionEnabled: true, userGroupIds: [web], transitEncryptionMode: preferred }'), 'transitEncryptionMode'],
  ['no login', example('{ transitEncryptionEnabled: true, authToken: "[secret]" }'), example('{ transitEncryptionEnabled: true }'), 'authToken'],
]);
