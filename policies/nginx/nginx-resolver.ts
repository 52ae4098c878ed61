import type { Rule } from '../policy';
import { nginxConfigs, nginxReport, own } from './config';
import { exampleNginx } from './examples';

/** Addresses of private networks: https://www.rfc-editor.org/rfc/rfc6890. */
const PRIVATE = /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|\[?(?:::1|f[cd][0-9a-f]{2}:))/i;
const ADDRESS = /^(?:\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\])(?::\d+)?$/i;

/** nginx asks the name server of the cluster. */
export const nginxResolver: Rule = {
  id: 'nginx-resolver',
  title: 'nginx asks no name server of the outside',
  why: 'Who can forge an answer from outside decides where requests go; and no name server outside knows the Services of the cluster.',
  good: exampleNginx('server_tokens off;', 'resolver 10.96.0.10 valid=10s;'),
  bad: exampleNginx('server_tokens off;', 'resolver 8.8.8.8;'),
  remedy: 'Name the DNS Service of the cluster, such as kube-dns.kube-system.svc.cluster.local.',
  *check(store) {
    for (const config of nginxConfigs(store)) {
      for (const level of config.levels) {
        for (const directive of own(level, 'resolver')) {
          const outside = directive.args.find((arg) => ADDRESS.test(arg) && !PRIVATE.test(arg));
          if (outside !== undefined) yield nginxReport(config, directive, `${outside} is outside the cluster`);
        }
      }
    }
  },
};
