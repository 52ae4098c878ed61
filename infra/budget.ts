import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Alarms } from './alarms';
import { type Deployment, physicalName } from './deployment';

/**
 * A budget of the month that says when a share of it is spent, and when all of it will be. The first
 * two budgets of an account are free. It counts what bears the environment's tag, once that is activated as a cost allocation tag.
 */
export function monthlyBudget(deployment: Deployment, { topicArn }: Alarms, options: pulumi.CustomResourceOptions): aws.budgets.Budget {
  const { budget } = deployment.cloud;
  const notify = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({ comparisonOperator: 'GREATER_THAN', notificationType, threshold, thresholdType: 'PERCENTAGE', subscriberSnsTopicArns: [topicArn] });
  return new aws.budgets.Budget('monthly', {
    name: physicalName(deployment, 'monthly'), budgetType: 'COST', timeUnit: 'MONTHLY', limitAmount: String(budget.monthlyUsd), limitUnit: 'USD',
    costFilters: [{ name: 'TagKeyValue', values: [`user:environment$${deployment.platform.environment}`] }],
    notifications: [...budget.alarmPercents.map((percent) => notify('ACTUAL', percent)), notify('FORECASTED', 100)],
  }, options);
}
