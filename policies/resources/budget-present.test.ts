import { exampleResource } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { budgetPresent as rule } from './budget-present';

itIsAResourceRule(rule);

const budget = (notifications: string): string => exampleResource('aws:budgets/budget:Budget', 'monthly', `{ notifications: ${notifications} }`);
itTellsResourcesApart(rule, [
  ['cloud resources without any', exampleResource('random:index/randomBytes:RandomBytes', 'a', '{}'), exampleResource('aws:s3/bucket:Bucket', 'a', '{}'), ''],
  ['one that nobody reads', budget('[{ subscriberSnsTopicArns: ["${alarms.arn}"] }]'), budget('[{ threshold: 80 }]'), 'notifications'],
]);
