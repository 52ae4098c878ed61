import type { Rule } from '../policy';
import { levelsOf, nginxConfigs, nginxReport, own } from './config';
import { exampleServer } from './examples';

/** An alias ends as its location does. */
export const nginxAlias: Rule = {
  id: 'nginx-alias',
  title: 'An alias of nginx ends as its location does',
  why: 'With location /files and alias /srv/files/ the path /files../secret leads out of the folder.',
  good: exampleServer('location /files/ {\n  alias /srv/files/;\n}'),
  bad: exampleServer('location /files {\n  alias /srv/files/;\n}'),
  remedy: 'End both in a slash.',
  *check(store) {
    for (const config of nginxConfigs(store)) {
      for (const level of levelsOf(config, 'location')) {
        const [first = '', second] = level.directive?.args ?? [];
        // An exact location is one path, and a pattern says itself what it matches.
        const path = second === undefined ? first : first === '^~' ? second : undefined;
        for (const alias of own(level, 'alias')) {
          if (path !== undefined && !path.endsWith('/') && alias.args[0]?.endsWith('/')) yield nginxReport(config, alias, `location ${path} must end in a slash as well`);
        }
      }
    }
  },
};
