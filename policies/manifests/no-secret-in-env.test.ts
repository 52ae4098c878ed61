import { findingsOf, itIsARule, itTellsApart, podOf, podOfContainer, type Twins } from '../rule-testing';
import { noSecretInEnv as rule } from './no-secret-in-env';

itIsARule(rule);

const env = (name: string, value: string): string => `env: [{ name: MODE, value: fast }, { name: ${name}, value: "${value}" }]`;
const twins = (what: string, right: readonly [string, string], wrong: readonly [string, string]): Twins => [what, podOfContainer(env(...right)), podOfContainer(env(...wrong)), 'spec.containers[0].env[1].value'];

itTellsApart(rule, [
  twins('a password', ['PASSWORD_FILE', '/run/password'], ['PASSWORD', 'hunter2']),
  twins('a token rather than its lifetime', ['TOKEN_TTL', '3600'], ['TOKEN', 'abc-3600']),
  twins('what is written out rather than referred to', ['PASSWORD', '$(PASSWORD)'], ['PASSWORD', 'hunter2']),
  twins('what is filled in rather than left to fill in', ['PASSWORD', '<password>'], ['PASSWORD', 'hunter2']),
  twins('a password in an address', ['URL', 'redis://:$(PASSWORD)@cache'], ['URL', 'redis://:hunter2@cache']),
  ['a value rather than where it is', podOfContainer('env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: a, key: b } } }]'), podOfContainer('env: [{ name: PASSWORD, value: hunter2 }]'), 'spec.containers[0].env[0].value'],
  ['init containers', podOf(`initContainers: [{ ${env('MODE', 'fast')} }]`), podOf(`initContainers: [{ ${env('TOKEN', 'hunter2')} }]`), 'spec.initContainers[0].env[1].value'],
]);

it('does not show the secret', () => {
  const findings = findingsOf(rule, podOfContainer(env('PASSWORD', 'hunter2')));
  expect(findings).toMatchObject([{ received: '(hidden: may be secret)', message: 'looks like a secret: the value of PASSWORD' }]);
  expect(JSON.stringify(findings)).not.toContain('hunter2');
});
