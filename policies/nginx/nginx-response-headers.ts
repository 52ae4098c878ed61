import type { Report, Rule } from '../policy';
import { nginxConfigs, nginxReport, own, type NginxConfig } from './config';
import { exampleServer } from './examples';
import type { Directive } from './parse';

/** Headers that tell browsers what not to do: an error page needs them as much as any other. */
const SECURITY_HEADERS = new Set(['strict-transport-security', 'x-content-type-options', 'x-frame-options', 'referrer-policy', 'content-security-policy', 'permissions-policy', 'cross-origin-opener-policy', 'cross-origin-embedder-policy', 'cross-origin-resource-policy']);

function faultOf({ args }: Directive): string | undefined {
  const header = (args[0] ?? '').toLowerCase();
  if (header === 'content-type') return 'adds a second Content-Type; use default_type or types';
  if (header === 'x-xss-protection') return 'is obsolete, and can itself be used for attacks; use Content-Security-Policy';
  return SECURITY_HEADERS.has(header) && args.at(-1) !== 'always' ? 'must end in always: without it answers with an error have no such header' : undefined;
}

function* reportsOf(config: NginxConfig): Iterable<Report> {
  for (const level of config.levels) {
    for (const directive of own(level, 'add_header')) {
      const fault = faultOf(directive);
      if (fault !== undefined) yield nginxReport(config, directive, fault);
    }
  }
}

/** Headers that nginx adds are on every answer, and right. */
export const nginxResponseHeaders: Rule = {
  id: 'nginx-response-headers',
  title: 'nginx adds its security headers to every answer',
  why: 'Without always nginx adds headers to answers without error only, and a page that reports an error can be framed or sniffed.',
  good: exampleServer('add_header X-Frame-Options DENY always;').replace('http {', 'http {\n      server_tokens off;'),
  bad: exampleServer('add_header X-Frame-Options DENY;').replace('http {', 'http {\n      server_tokens off;'),
  remedy: 'Write add_header NAME VALUE always;',
  *check(store) {
    for (const config of nginxConfigs(store)) yield* reportsOf(config);
  },
};
