import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { databaseMonitoring as rule } from './database-monitoring';

itIsAResourceRule(rule);

const example = exampleOf('aws:rds/instance:Instance');
itTellsResourcesApart(rule, [
  ['no enhanced monitoring', example('{ monitoringInterval: 60, performanceInsightsEnabled: true }'), example('{ monitoringInterval: 0, performanceInsightsEnabled: true }'), 'monitoringInterval'],
  ['no Performance Insights', example('{ monitoringInterval: 60, performanceInsightsEnabled: true }'), example('{ monitoringInterval: 60 }'), 'performanceInsightsEnabled'],
]);
