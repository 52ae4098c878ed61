import { listOf } from '../narrow';
import { expectInput, isDecidedLater } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const DATABASE = 'aws:rds/instance:Instance';
const example = exampleOf(DATABASE);
/** What the engines of RDS call their main log. */
const LOGS = new Set(['postgresql', 'error', 'alert', 'diag.log']);

/** A database writes its log where it outlives the instance. */
export const databaseLogs: ResourceRule = {
  id: 'database-logs',
  title: 'A database exports its log',
  why: 'After a failover or a deletion the log on the instance is gone, and with it what happened.',
  good: example('{ engine: postgres, enabledCloudwatchLogsExports: [postgresql] }'),
  bad: example('{ engine: postgres, enabledCloudwatchLogsExports: [upgrade] }'),
  remedy: 'Add postgresql to enabledCloudwatchLogsExports.',
  *check(plan) {
    for (const resource of plan.ofType(DATABASE)) {
      yield* expectInput(resource, ['enabledCloudwatchLogsExports'], (value) => listOf(value).some((log) => LOGS.has(String(log)) || isDecidedLater(log)), 'must name the log of the engine, such as postgresql');
    }
  },
};
