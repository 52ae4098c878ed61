import { itIsARule, itTellsApart } from '../rule-testing';
import { exampleNginx } from './examples';
import { nginxResolver as rule } from './nginx-resolver';

itIsARule(rule);

const path = 'data["nginx.conf"]';

itTellsApart(rule, [
  ['a public address', exampleNginx('resolver 10.0.0.2 ipv6=off;'), exampleNginx('resolver 10.0.0.2 1.1.1.1;'), path],
  ['a public address with a port', exampleNginx('resolver 172.20.0.10:53;'), exampleNginx('resolver 172.32.0.10:53;'), path],
  ['a public address of version 6', exampleNginx('resolver [fd00::a];'), exampleNginx('resolver [2001:4860:4860::8888];'), path],
  ['an address, where a name is of the cluster', exampleNginx('resolver kube-dns.kube-system.svc.cluster.local;'), exampleNginx('resolver 9.9.9.9;'), path],
]);
