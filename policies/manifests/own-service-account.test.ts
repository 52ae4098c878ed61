import { findingsOf, itIsARule, itTellsApart, podOf } from '../rule-testing';
import { ownServiceAccount as rule } from './own-service-account';

itIsARule(rule);

itTellsApart(rule, [
  ['no account', podOf('serviceAccountName: web'), podOf('restartPolicy: Always'), 'spec.serviceAccountName'],
  ['an empty name', podOf('serviceAccountName: web'), podOf('serviceAccountName: ""'), 'spec.serviceAccountName'],
  ['the default account', podOf('serviceAccount: web'), podOf('serviceAccount: default'), 'spec.serviceAccountName'],
]);

it('shows the account', () => {
  expect(findingsOf(rule, podOf('serviceAccountName: default'))).toMatchObject([{ received: '"default"' }]);
});
