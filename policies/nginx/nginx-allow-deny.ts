import type { Rule } from '../policy';
import { nginxConfigs, nginxReport, own } from './config';
import { exampleServer } from './examples';

/** Who allows some denies the others. */
export const nginxAllowDeny: Rule = {
  id: 'nginx-allow-deny',
  title: 'A list of allowed addresses denies the others',
  why: 'What no rule speaks of is allowed: a list without deny all keeps nobody out.',
  good: exampleServer('location /admin/ {\n  allow 10.0.0.0/8;\n  deny all;\n}'),
  bad: exampleServer('location /admin/ {\n  allow 10.0.0.0/8;\n}'),
  remedy: 'End the list in deny all;',
  *check(store) {
    for (const config of nginxConfigs(store)) {
      for (const level of config.levels) {
        const [allow] = own(level, 'allow').filter(({ args }) => args[0] !== 'all');
        const closes = own(level, 'deny').some(({ args }) => args[0] === 'all');
        if (allow && !closes && !level.isOpen && level.directive) yield nginxReport(config, allow, `${level.directive.name} has no deny all`);
      }
    }
  },
};
