import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { selectorMatchesTemplate as rule } from './selector-matches-template';

itIsARule(rule);

const workload = (selector: string, kind = 'Deployment', apiVersion = 'apps/v1'): string =>
  `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: web, namespace: shop }, spec: { selector: ${selector}, template: { metadata: { labels: { app: web, tier: a } }, spec: { containers: [] } } } }`;
const labels = (app: string): string => `{ matchLabels: { tier: a, app: ${app} } }`;

itTellsApart(rule, [
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].map((kind) => [`other labels of a ${kind}`, workload(labels('web'), kind), workload(labels('wbe'), kind), 'spec.selector'] as const),
  ['other labels of a ReplicationController', workload('{ app: web }', 'ReplicationController', 'v1'), workload('{ app: wbe }', 'ReplicationController', 'v1'), 'spec.selector'],
  ['an expression that does not hold', workload('{ matchExpressions: [{ key: tier, operator: In, values: [a, b] }] }'), workload('{ matchExpressions: [{ key: tier, operator: NotIn, values: [a, b] }] }'), 'spec.selector'],
  ['an empty selector', workload(labels('web')), workload('{}'), 'spec.selector'],
  ['no selector of a Job', workload(labels('wbe'), 'Job', 'batch/v1'), workload(labels('wbe')), 'spec.selector'],
]);

it('says whether it is empty or does not match', () => {
  expect(findingsOf(rule, workload('{}'))[0]?.message).toBe('must not be empty');
  expect(findingsOf(rule, workload(labels('wbe')))).toMatchObject([{ message: 'does not match the labels of the pod template', received: '"tier=a, app=wbe"' }]);
});
