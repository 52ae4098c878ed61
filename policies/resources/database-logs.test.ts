import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { databaseLogs as rule } from './database-logs';

itIsAResourceRule(rule);

const example = exampleOf('aws:rds/instance:Instance');
itTellsResourcesApart(rule, [
  ['none', example('{ enabledCloudwatchLogsExports: [postgresql] }'), example('{}'), 'enabledCloudwatchLogsExports'],
  ['another log', example('{ enabledCloudwatchLogsExports: [error, slowquery] }'), example('{ enabledCloudwatchLogsExports: [upgrade] }'), 'enabledCloudwatchLogsExports'],
]);
