import type { Report, Rule } from '../policy';
import { effective, levelsOf, nginxConfigs, nginxReport, own, proxies, type Level, type NginxConfig } from './config';
import { exampleNginx } from './examples';
import type { Directive } from './parse';

const upstream = (settings: string): string[] => ['upstream web {\n  server 10.0.0.1;\n  server 10.0.0.2;\n}', `server {\n  location / {\n${settings}    proxy_pass http://web;\n  }\n}`];

/** What of a request's tries is wrong, whatever the number of servers. */
const CONDITIONS: Readonly<Record<string, string>> = {
  non_idempotent: 'repeats a POST that the first server may have carried out',
  http_500: 'takes a deliberate answer for a failure of the server: one bad request can take every server out',
  http_503: 'takes a deliberate answer for a failure of the server: when all shed load, clients get 502',
};

function* conditionReports(config: NginxConfig, directive: Directive): Iterable<Report> {
  for (const [condition, fault] of Object.entries(CONDITIONS)) {
    if (directive.args.includes(condition)) yield nginxReport(config, directive, `${condition} ${fault}`);
  }
}

/** How many servers a proxy_pass may try; 1 where it names no upstream of this configuration. */
function serversOf(config: NginxConfig, { args }: Directive): number {
  const host = /^\w+:\/\/([^/:]+)/.exec(args[0] ?? '')?.[1];
  const found = levelsOf(config, 'upstream').find(({ directive }) => directive?.args[0] === host);
  return found ? own(found, 'server').length : 1;
}

function isBounded(level: Level): boolean | undefined {
  const settings = ['proxy_next_upstream_tries', 'proxy_next_upstream_timeout'].map((name) => effective(level, name));
  if (settings.some((directives) => directives === undefined)) return undefined;
  return settings.every((directives) => /^0*[1-9]/.test(directives?.at(-1)?.args[0] ?? ''));
}

/** A request is tried a bounded number of times, in a bounded time, and only if it may be repeated. */
export const nginxRetries: Rule = {
  id: 'nginx-retries',
  title: 'nginx bounds its retries',
  why: 'Unbounded, each failing request visits every server, each time for the whole timeout: a small fault becomes a flood.',
  good: exampleNginx('server_tokens off;', ...upstream('    proxy_next_upstream error timeout;\n    proxy_next_upstream_tries 2;\n    proxy_next_upstream_timeout 10s;\n')),
  bad: exampleNginx('server_tokens off;', ...upstream('    proxy_next_upstream error timeout http_503;\n')),
  remedy: 'Set proxy_next_upstream_tries and proxy_next_upstream_timeout, and leave deliberate answers and non_idempotent out.',
  *check(store) {
    for (const config of nginxConfigs(store)) {
      for (const level of config.levels) for (const directive of own(level, 'proxy_next_upstream')) yield* conditionReports(config, directive);
      for (const { level, pass } of proxies(config)) {
        const isOff = effective(level, 'proxy_next_upstream')?.at(-1)?.args[0] === 'off';
        if (serversOf(config, pass) < 2 || isOff || isBounded(level) !== false) continue;
        yield nginxReport(config, pass, 'proxy_next_upstream_tries and proxy_next_upstream_timeout must both be set, above 0');
      }
    }
  },
};
