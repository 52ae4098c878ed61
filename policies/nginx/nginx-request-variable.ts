import type { Report, Rule } from '../policy';
import { nginxConfigs, nginxReport, type NginxConfig } from './config';
import { exampleServer } from './examples';
import type { Directive } from './parse';

/** Variables whose value the client chooses. */
const OF_CLIENT = /\$\{?(?:http_\w+|arg_\w+|args|query_string|cookie_\w+|uri|document_uri|request_uri|host|[1-9])\b/;
/** Variables that nginx decodes, so that a client's `%0d%0a` in them is a line break. */
const DECODED = /\$\{?(?:uri|document_uri|[1-9])\b/;

/** What stands before the path; a path from the request begins with a slash of its own. */
function hostOf(url: string): string {
  return /^(?:\w+:\/\/)?([^/]*)/.exec(url)?.[1]?.replace(/\$\{?(?:request_uri|uri|document_uri)\b.*$/, '') ?? '';
}

/** Variables that a configuration sets to what a client chooses. */
function tainted(config: NginxConfig): ReadonlySet<string> {
  const sets = config.levels.flatMap(({ directives }) => directives.filter(({ name, args }) => name === 'set' && OF_CLIENT.test(args[1] ?? '')));
  return new Set(sets.map(({ args }) => (args[0] ?? '').replace('$', '')));
}

function faultOf({ name, args }: Directive, variables: ReadonlySet<string>): string | undefined {
  const isChosen = (text: string): boolean => OF_CLIENT.test(text) || Array.from(text.matchAll(/\$\{?(\w+)/g)).some(([, variable]) => variables.has(variable ?? ''));
  if (name === 'proxy_pass' && isChosen(hostOf(args[0] ?? ''))) return 'the client decides where this request goes: it can reach whatever the gateway can';
  const target = name === 'return' ? args[1] : undefined;
  if (target !== undefined && /^3\d\d$/.test(args[0] ?? '') && DECODED.test(target)) return 'a line break in the address would end the header; use $request_uri';
  if ((name === 'add_header' || name === 'proxy_set_header') && DECODED.test(args[1] ?? '')) return 'a line break in the address would end the header; use $request_uri';
  return undefined;
}

function* reportsOf(config: NginxConfig): Iterable<Report> {
  const variables = tainted(config);
  for (const { directives } of config.levels) {
    for (const directive of directives) {
      const fault = faultOf(directive, variables);
      if (fault !== undefined) yield nginxReport(config, directive, fault);
    }
  }
}

/** No client decides where nginx sends a request, or what is in a header. */
export const nginxRequestVariable: Rule = {
  id: 'nginx-request-variable',
  title: 'No client decides where nginx sends a request, or writes its headers',
  why: 'With the target taken from the request a client reaches services and metadata endpoints behind the gateway; a decoded line break in a header splits the answer.',
  good: exampleServer('location / {\n  proxy_pass http://10.0.0.1$request_uri;\n}'),
  bad: exampleServer('location / {\n  proxy_pass http://$arg_backend;\n}'),
  remedy: 'Write the target out, or choose it with a map that lists what is allowed.',
  *check(store) {
    for (const config of nginxConfigs(store)) yield* reportsOf(config);
  },
};
