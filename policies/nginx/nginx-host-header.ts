import type { Rule } from '../policy';
import { effective, nginxConfigs, nginxReport, proxies } from './config';
import { exampleServer } from './examples';

/** What the client wrote, as it wrote it. */
const RAW_HOST = /^\$\{?http_host\}?(?::|$)/;

/** An upstream gets a Host that nginx has looked at. */
export const nginxHostHeader: Rule = {
  id: 'nginx-host-header',
  title: 'nginx passes no Host that it has not looked at',
  why: '$http_host is whatever the client wrote, even where the request line names another host: links, redirects and caches of the upstream can be poisoned.',
  good: exampleServer('location / {\n  proxy_set_header Host $host;\n  proxy_pass http://10.0.0.1;\n}'),
  bad: exampleServer('location / {\n  proxy_set_header Host $http_host;\n  proxy_pass http://10.0.0.1;\n}'),
  remedy: 'Pass $host, $proxy_host or a fixed name.',
  *check(store) {
    for (const config of nginxConfigs(store)) {
      const directives = [...proxies(config)].flatMap(({ level }) => effective(level, 'proxy_set_header') ?? []);
      for (const directive of new Set(directives)) {
        const [header, value] = directive.args;
        if (header?.toLowerCase() === 'host' && RAW_HOST.test(value ?? '')) yield nginxReport(config, directive, `must not be ${value ?? ''}`);
      }
    }
  },
};
