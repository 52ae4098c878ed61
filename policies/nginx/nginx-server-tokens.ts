import type { Rule } from '../policy';
import { effective, levelsOf, nginxConfigs, nginxReport } from './config';
import { exampleNginx } from './examples';

/** nginx does not tell its version. */
export const nginxServerTokens: Rule = {
  id: 'nginx-server-tokens',
  title: 'nginx does not tell its version',
  why: 'Who looks for servers with a known fault finds them by the version in each answer.',
  good: exampleNginx('server_tokens off;', 'server {\n  return 404;\n}'),
  bad: exampleNginx('server {\n  return 404;\n}'),
  remedy: 'Write server_tokens off; in http.',
  *check(store) {
    for (const config of nginxConfigs(store)) {
      for (const level of levelsOf(config, 'server')) {
        const directives = effective(level, 'server_tokens');
        const last = directives?.at(-1);
        if (!directives || !level.directive || last?.args[0] === 'off') continue;
        yield nginxReport(config, last ?? level.directive, 'server_tokens must be off');
      }
    }
  },
};
