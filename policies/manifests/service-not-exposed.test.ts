import { exampleService } from '../relation-examples';
import { itIsARule, itTellsApart } from '../rule-testing';
import { serviceNotExposed as rule } from './service-not-exposed';

itIsARule(rule, {}, 'warning');

const service = (more: string): string => exampleService('{ port: 80 }', more);
itTellsApart(rule, [
  ['a node port', service('type: LoadBalancer'), service('type: NodePort'), 'spec.type'],
  ['addresses', service('externalIPs: []'), service('externalIPs: [10.0.0.1]'), 'spec.externalIPs'],
]);
