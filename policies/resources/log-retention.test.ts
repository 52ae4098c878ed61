import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { logRetention as rule } from './log-retention';

itIsAResourceRule(rule);

const example = exampleOf('aws:cloudwatch/logGroup:LogGroup');
itTellsResourcesApart(rule, [
  ['for ever', example('{ retentionInDays: 1 }'), example('{ retentionInDays: 0 }'), 'retentionInDays'],
  ['nothing said', example('{ retentionInDays: "${config.days}" }'), example('{}'), 'retentionInDays'],
]);
