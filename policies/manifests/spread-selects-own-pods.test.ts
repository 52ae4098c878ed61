import { findingsOf, itIsARule, itTellsApart, podOf } from '../rule-testing';
import { spreadSelectsOwnPods as rule } from './spread-selects-own-pods';

itIsARule(rule);

const constraints = (selector: string): string => podOf(`topologySpreadConstraints: [{ labelSelector: { matchLabels: { app: web } } }, { labelSelector: ${selector} }]`);
const path = 'spec.topologySpreadConstraints[1].labelSelector';

itTellsApart(rule, [
  ['other labels', constraints('{ matchLabels: { app: web } }'), constraints('{ matchLabels: { app: wbe } }'), path],
  ['more labels than the pod has', constraints('{ matchLabels: { app: web } }'), constraints('{ matchLabels: { app: web, tier: a } }'), path],
  ['an expression that does not hold', constraints('{ matchExpressions: [{ key: app, operator: Exists }] }'), constraints('{ matchExpressions: [{ key: app, operator: DoesNotExist }] }'), path],
  ['no selector, which counts nobody', constraints('{}'), constraints('null'), path],
]);

it('shows the selector', () => {
  expect(findingsOf(rule, constraints('{ matchLabels: { app: wbe } }'))).toMatchObject([{ received: '"app=wbe"' }]);
});
