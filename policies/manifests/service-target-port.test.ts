import { exampleDeployment } from '../examples';
import { exampleService } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { serviceTargetPort as rule } from './service-target-port';

itIsARule(rule);

const web = exampleDeployment('');
const service = (port: string): string => web + exampleService(`{ port: 1 , targetPort: 8080 }, { port: 80, ${port} }`);
const path = 'spec.ports[1].targetPort';

itTellsApart(rule, [
  ['a name that no container has', service('targetPort: http'), service('targetPort: https'), path],
  ['a number that no container has', service('targetPort: 8080'), service('targetPort: 8081'), path],
  ['another protocol', service('targetPort: http'), service('targetPort: http, protocol: UDP'), path],
  ['a port that is its own target', web + exampleService('{ port: 8080 }'), web + exampleService('{ port: 80 }'), 'spec.ports[0].port'],
  ['a number that is no port', service('targetPort: 8080'), service('targetPort: 0'), path],
  ['a number above all ports', exampleService('{ port: 80, targetPort: 65535 }'), exampleService('{ port: 80, targetPort: 65536 }'), 'spec.ports[0].targetPort'],
  ['a name that is too long', exampleService('{ port: 80, targetPort: fifteen-letters }'), exampleService('{ port: 80, targetPort: sixteen-letters-x }'), 'spec.ports[0].targetPort'],
]);

it.each([
  ['pods that declare no ports, for a number', web.replace(/, ports.*}/, ' }') + exampleService('{ port: 80, targetPort: 8081 }')],
  ['no pods, of which another rule speaks', exampleService('{ port: 80, targetPort: http }')],
  ['a Service without selector', web + exampleService('{ port: 80, targetPort: 1 }').replace(/  selector.*\n/, '')],
])('does not judge %s', (_, yaml) => {
  expect(findingsOf(rule, yaml)).toEqual([]);
});
