import { numberOf } from '../narrow';
import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const DATABASE = 'aws:rds/instance:Instance';
const example = exampleOf(DATABASE);

/** What a database does is seen when it is slow. */
export const databaseMonitoring: ResourceRule = {
  id: 'database-monitoring',
  title: 'A database is monitored by the second, query by query',
  why: 'The averages of five minutes that RDS gives by default show neither a burst nor the query behind it.',
  good: example('{ monitoringInterval: 60, performanceInsightsEnabled: true }'),
  bad: example('{ monitoringInterval: 0, performanceInsightsEnabled: false }'),
  remedy: 'Set monitoringInterval to 60 seconds or fewer, and performanceInsightsEnabled to true.',
  *check(plan) {
    for (const resource of plan.ofType(DATABASE)) {
      yield* expectInput(resource, ['monitoringInterval'], (value) => numberOf(value) > 0, 'must be from 1 to 60 seconds: 0, the default, is off');
      yield* expectInput(resource, ['performanceInsightsEnabled'], isTrue, 'must be true: nothing tells which query is slow');
    }
  },
};
