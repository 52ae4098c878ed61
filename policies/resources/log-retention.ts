import { numberOf } from '../narrow';
import { expectInput } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const LOG_GROUP = 'aws:cloudwatch/logGroup:LogGroup';
const example = exampleOf(LOG_GROUP);

/** Logs are kept for as long as somebody decided. */
export const logRetention: ResourceRule = {
  id: 'log-retention',
  title: 'A log group says for how long it keeps logs',
  why: 'Without a value logs are kept, and paid for, for ever.',
  good: example('{ retentionInDays: 90 }'),
  bad: example('{ name: web }'),
  remedy: 'Set retentionInDays.',
  *check(plan) {
    for (const resource of plan.ofType(LOG_GROUP)) {
      yield* expectInput(resource, ['retentionInDays'], (value) => numberOf(value) > 0, 'must be a number of days: 0, the default, is for ever');
    }
  },
};
