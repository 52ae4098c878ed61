import type { Rule } from '../policy';
import { effective, nginxConfigs, nginxReport, proxies } from './config';
import { exampleNginx } from './examples';

const zone = 'limit_req_zone $binary_remote_addr zone=per_client:10m rate=10r/s;';
const server = (limit: string): string => `server {\n  location /api/ {\n${limit}    proxy_pass http://10.0.0.1;\n  }\n}`;

/** A gateway bounds what one client may ask, and says so with 429. */
export const nginxRateLimit: Rule = {
  id: 'nginx-rate-limit',
  title: 'nginx limits the rate of each client, and answers 429',
  why: 'One client, broken or hostile, can otherwise take the whole capacity; with the default 503 it looks like a failure, and retries.',
  good: exampleNginx('server_tokens off;', zone, 'limit_req_status 429;', server('    limit_req zone=per_client burst=20 nodelay;\n')),
  bad: exampleNginx('server_tokens off;', zone, 'limit_req_status 429;', server('')),
  remedy: 'Make a limit_req_zone by $binary_remote_addr, use it by limit_req, and set limit_req_status 429.',
  *check(store) {
    for (const config of nginxConfigs(store)) {
      for (const { level, pass } of proxies(config)) {
        const limits = effective(level, 'limit_req');
        if (!limits) continue;
        const [limit] = limits;
        if (!limit) yield nginxReport(config, pass, 'no limit_req holds here');
        else if (effective(level, 'limit_req_status')?.at(-1)?.args[0] !== '429') yield nginxReport(config, limit, 'limit_req_status must be 429');
      }
    }
  },
};
