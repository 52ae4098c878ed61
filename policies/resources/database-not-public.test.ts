import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { databaseNotPublic as rule } from './database-not-public';

itIsAResourceRule(rule);

const example = exampleOf('aws:rds/instance:Instance');
itTellsResourcesApart(rule, [
  ['a public address', example('{}'), example('{ publiclyAccessible: true }'), 'publiclyAccessible'],
  ['one, whatever is decided later', example('{ publiclyAccessible: "${config.public}" }'), example('{ publiclyAccessible: "true" }'), 'publiclyAccessible'],
]);
