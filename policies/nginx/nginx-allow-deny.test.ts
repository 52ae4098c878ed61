import { itIsARule, itTellsApart } from '../rule-testing';
import { exampleServer } from './examples';
import { nginxAllowDeny as rule } from './nginx-allow-deny';

itIsARule(rule);

const path = 'data["nginx.conf"]';

itTellsApart(rule, [
  ['a list without end', exampleServer('allow 10.0.0.0/8;', 'deny all;'), exampleServer('allow 10.0.0.0/8;', 'deny 10.1.0.0/16;'), path],
  ['an address, where all are allowed anyway', exampleServer('allow all;'), exampleServer('allow 10.0.0.1;'), path],
]);
