import { itIsARule, itTellsApart } from '../rule-testing';
import { exampleServer } from './examples';
import { nginxIf as rule } from './nginx-if';

itIsARule(rule);

const path = 'data["nginx.conf"]';
const inIf = (directive: string): string => exampleServer('location / {', `  if ($a) {\n    ${directive}\n  }`, '}');

itTellsApart(rule, [
  ['a header', inIf('return 405;'), inIf('add_header A b;'), path],
  ['a proxy', inIf('set $b c;'), inIf('proxy_pass http://10.0.0.1;'), path],
  ['a location, where a server is safe', exampleServer('if ($a) {\n  add_header A b;\n}'), inIf('add_header A b;'), path],
]);
