import { formatFieldPath } from '../field-path';
import { listOf, valueAt } from '../narrow';
import { isDecidedLater } from '../planned-resource';
import { exampleResource } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const BUDGET = 'aws:budgets/budget:Budget';
const bucket = exampleResource('aws:s3/bucket:Bucket', 'assets', '{ bucket: example-assets }');
const budget = (notifications: string): string => bucket + exampleResource(BUDGET, 'monthly', `{ budgetType: COST, limitAmount: "1000", limitUnit: USD, timeUnit: MONTHLY, notifications: ${notifications} }`);
const hasReader = (notification: unknown): boolean =>
  isDecidedLater(notification) || ['subscriberEmailAddresses', 'subscriberSnsTopicArns'].some((field) => isDecidedLater(valueAt(notification, field)) || listOf(valueAt(notification, field)).length > 0);

/** Somebody is told what it costs before the bill comes. */
export const budgetPresent: ResourceRule = {
  id: 'budget-present',
  title: 'There is a budget, and somebody is told when it is spent',
  why: 'A loop that starts machines, or an attack, is noticed at the end of the month.',
  good: budget('[{ comparisonOperator: GREATER_THAN, notificationType: FORECASTED, threshold: 100, thresholdType: PERCENTAGE, subscriberEmailAddresses: [costs@example.com] }]'),
  bad: budget('[]'),
  remedy: 'Add an aws.budgets.Budget with a notification that somebody reads.',
  *check(plan) {
    const budgets = plan.ofType(BUDGET);
    const first = plan.all.find(({ type }) => type.startsWith('aws:'));
    if (budgets.length === 0 && first !== undefined) yield { resource: first, path: '', received: undefined, message: 'is in a plan without a budget' };
    for (const resource of budgets) {
      const { notifications } = resource.inputs;
      if (!isDecidedLater(notifications) && !listOf(notifications).some(hasReader)) yield { resource, path: formatFieldPath(['notifications']), received: notifications, message: 'must have a notification with a subscriber' };
    }
  },
};
