import { exampleService } from '../relation-examples';
import { itIsARule, itTellsApart, podOfContainer } from '../rule-testing';
import { validPorts as rule } from './valid-ports';

itIsARule(rule);

const pod = (...ports: readonly string[]): string => podOfContainer(`ports: [${ports.map((port) => `{ ${port} }`).join(', ')}]`);
const name = (text: string): string => pod(`containerPort: 80, name: "${text}"`);
const path = (field: string, index = 0): string => `spec.containers[0].ports[${index}].${field}`;

itTellsApart(rule, [
  ['a port that is too high', pod('containerPort: 65535'), pod('containerPort: 65536'), path('containerPort')],
  ['port 0', pod('containerPort: 1'), pod('containerPort: 0'), path('containerPort')],
  ['half a port', pod('containerPort: 1'), pod('containerPort: 1.5'), path('containerPort')],
  ['a name of 16 characters', name('n23456789012345'), name('n234567890123456'), path('name')],
  ['a name without letters', name('80a'), name('80'), path('name')],
  ['a name with capitals', name('http'), name('HTTP'), path('name')],
  ['a name with two dashes', name('a-b'), name('a--b'), path('name')],
  ['a name that ends with a dash', name('a-b'), name('a-'), path('name')],
  ['a name that stands twice', pod('containerPort: 80, name: a', 'containerPort: 81, name: b'), pod('containerPort: 80, name: a', 'containerPort: 81, name: a'), path('name', 1)],
  ['a port of a Service that is too high', exampleService('{ port: 65535 }'), exampleService('{ port: 65536 }'), 'spec.ports[0].port'],
  ['several ports of a Service without names', exampleService('{ port: 80 }'), exampleService('{ port: 80 }, { port: 81 }'), 'spec.ports[0].name', 'spec.ports[1].name'],
  ['a name that stands twice in a Service', exampleService('{ port: 80, name: a }, { port: 81, name: b }'), exampleService('{ port: 80, name: a }, { port: 81, name: a }'), 'spec.ports[1].name'],
  ['a port that is a number, not one that the schema reports', pod('containerPort: "0"'), pod('containerPort: 0'), path('containerPort')],
]);
