import { itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { uniqueEnvNames as rule } from './unique-env-names';

itIsARule(rule);

const env = (...names: readonly string[]): string => `env: [${names.map((name) => `{ name: ${name} }`).join(', ')}]`;

itTellsApart(rule, [
  ['a variable that is set again', podOfContainer(env('A', 'B', 'C')), podOfContainer(env('A', 'B', 'A')), 'spec.containers[0].env[2].name'],
  ['each time that it is set again', podOfContainer(env('A', 'a', 'AA')), podOfContainer(env('A', 'A', 'A')), 'spec.containers[0].env[1].name', 'spec.containers[0].env[2].name'],
  ['names, not their absence', podOfContainer('env: [{ value: a }, { value: b }]'), podOfContainer('env: [{ name: "" }, { name: "" }]'), 'spec.containers[0].env[1].name'],
  ['one container only', podOf(`initContainers: [{ ${env('A')} }], containers: [{ ${env('A')} }]`), podOf(`initContainers: [{ ${env('A', 'A')} }], containers: [{ ${env('A')} }]`), 'spec.initContainers[0].env[1].name'],
  ['names as they are, those of no object among them', podOfContainer(env('constructor', '__proto__', 'toString')), podOfContainer(env('constructor', '__proto__', '__proto__')), 'spec.containers[0].env[2].name'],
]);
