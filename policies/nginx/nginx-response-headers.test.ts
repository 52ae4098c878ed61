import { itIsARule, itTellsApart } from '../rule-testing';
import { exampleServer } from './examples';
import { nginxResponseHeaders as rule } from './nginx-response-headers';

itIsARule(rule);

const path = 'data["nginx.conf"]';

itTellsApart(rule, [
  ['a security header without always', exampleServer('add_header X-Frame-Options DENY always;'), exampleServer('add_header X-Frame-Options DENY;'), path],
  ['a second Content-Type', exampleServer('default_type text/plain;'), exampleServer('add_header Content-Type text/plain always;'), path],
  ['a header that is obsolete', exampleServer('add_header X-Trace 1 always;'), exampleServer('add_header X-XSS-Protection 1 always;'), path],
  ['only security headers', exampleServer('add_header Cache-Control no-store;'), exampleServer('add_header Referrer-Policy no-referrer;'), path],
]);
