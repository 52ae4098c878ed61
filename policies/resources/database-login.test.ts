import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { databaseLogin as rule } from './database-login';

itIsAResourceRule(rule);

const example = exampleOf('aws:rds/instance:Instance');
itTellsResourcesApart(rule, [
  ['no IAM', example('{ iamDatabaseAuthenticationEnabled: true, username: app }'), example('{ username: app }'), 'iamDatabaseAuthenticationEnabled'],
  ['a usual name', example('{ iamDatabaseAuthenticationEnabled: true }'), example('{ iamDatabaseAuthenticationEnabled: true, username: Admin }'), 'username'],
]);
