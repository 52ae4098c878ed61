import type { Rule } from '../policy';
import { levelsOf, nginxConfigs, nginxReport } from './config';
import { exampleServer } from './examples';

/** What may safely stand in an `if` of a location (https://github.com/nginxinc/nginx-wiki, "If is Evil"). */
const SAFE = new Set(['return', 'rewrite', 'set', 'break']);

/** An `if` in a location returns or rewrites, and nothing else. */
export const nginxIf: Rule = {
  id: 'nginx-if',
  title: 'An if in a location returns or rewrites',
  why: 'An if in a location is a location of its own: of several only the last applies, and what stands outside, such as headers and proxy_pass, may be lost.',
  good: exampleServer('location / {\n  if ($request_method = POST) {\n    return 405;\n  }\n}'),
  bad: exampleServer('location / {\n  if ($request_method = POST) {\n    add_header Allow GET always;\n  }\n}'),
  remedy: 'Choose by a map, or in a location of its own.',
  *check(store) {
    for (const config of nginxConfigs(store)) {
      for (const level of levelsOf(config, 'if')) {
        if (level.parent?.directive?.name !== 'location') continue;
        for (const directive of level.directives) {
          if (!SAFE.has(directive.name)) yield nginxReport(config, directive, 'in an if of a location only return, rewrite, set and break are safe');
        }
      }
    }
  },
};
