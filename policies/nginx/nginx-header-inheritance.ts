import type { Report, Rule } from '../policy';
import { nginxConfigs, nginxReport, own, type Level, type NginxConfig } from './config';
import { exampleServer } from './examples';
import type { Directive } from './parse';

const DIRECTIVES = ['add_header', 'proxy_set_header'] as const;

/** The headers that the nearest level around sets. */
function inherited(level: Level, name: string): readonly Directive[] {
  for (let current = level.parent; current !== undefined; current = current.parent) {
    const found = own(current, name);
    if (found.length > 0) return found;
  }
  return [];
}

const headerOf = ({ args }: Directive): string => (args[0] ?? '').toLowerCase();

function* reportsOf(config: NginxConfig, level: Level): Iterable<Report> {
  for (const name of DIRECTIVES) {
    const here = own(level, name);
    const [first] = here;
    if (!first || level.isOpen) continue;
    const dropped = inherited(level, name).filter((outer) => !here.some((directive) => headerOf(directive) === headerOf(outer)));
    if (dropped.length > 0) yield nginxReport(config, first, `a block with a ${name} of its own inherits none: it drops ${[...new Set(dropped.map(({ args }) => args[0] ?? ''))].join(', ')}`);
  }
}

/** A block that sets headers sets those of the blocks around it, too. */
export const nginxHeaderInheritance: Rule = {
  id: 'nginx-header-inheritance',
  title: 'A block of nginx drops no headers of the blocks around it',
  why: 'One header in a location removes all of its server: security headers are missing from just those answers, and upstreams see headers of the client.',
  good: exampleServer('add_header X-Frame-Options DENY always;', 'location / {\n  return 404;\n}').replace('http {', 'http {\n      server_tokens off;'),
  bad: exampleServer('add_header X-Frame-Options DENY always;', 'location / {\n  add_header Cache-Control no-store always;\n  return 404;\n}').replace('http {', 'http {\n      server_tokens off;'),
  remedy: 'Set headers in one place, or repeat those of the outer block in the inner one.',
  *check(store) {
    for (const config of nginxConfigs(store)) {
      for (const level of config.levels) yield* reportsOf(config, level);
    }
  },
};
