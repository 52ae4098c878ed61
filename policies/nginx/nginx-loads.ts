import type { Report, Rule } from '../policy';
import { isWhole, nginxConfigs, nginxReport, type Level, type NginxConfig } from './config';
import { exampleNginx } from './examples';
import type { Directive } from './parse';

/** Where directives may stand that are often put elsewhere (http://nginx.org/en/docs/dirindex.html). */
const CONTEXTS: Readonly<Record<string, readonly string[]>> = {
  limit_req_zone: ['http'],
  limit_conn_zone: ['http', 'stream'],
  proxy_cache_path: ['http'],
  map: ['http', 'stream'],
  geo: ['http', 'stream'],
  split_clients: ['http', 'stream'],
  log_format: ['http', 'stream'],
  upstream: ['http', 'stream'],
  server_tokens: ['http', 'server', 'location'],
  listen: ['server'],
  server_name: ['server'],
  location: ['server', 'location'],
  limit_req: ['http', 'server', 'location'],
  add_header: ['http', 'server', 'location', 'if'],
  proxy_set_header: ['http', 'server', 'location'],
  alias: ['location'],
};

/** Directives that use a zone, and those that make it. */
const ZONES = [['limit_req', 'limit_req_zone'], ['limit_conn', 'limit_conn_zone']] as const;

function zoneOf({ args }: Directive): string | undefined {
  return args.find((arg) => arg.startsWith('zone='))?.slice('zone='.length).split(':')[0];
}

function* misplaced(config: NginxConfig, level: Level): Iterable<Report> {
  const context = level.directive?.name;
  // A file that is included elsewhere takes on the context there; inside map, geo and types stand values, not directives.
  if (context === undefined || ['map', 'geo', 'types', 'split_clients'].includes(context)) return;
  for (const directive of level.directives) {
    const allowed = CONTEXTS[directive.name];
    if (allowed && !allowed.includes(context)) yield nginxReport(config, directive, `${directive.name} may stand in ${allowed.join(', ')}, not in ${context}`);
  }
}

function* unknownZones(config: NginxConfig): Iterable<Report> {
  for (const [user, maker] of ZONES) {
    const zones = new Set(config.levels.flatMap(({ directives }) => directives.filter(({ name }) => name === maker).map(zoneOf)));
    for (const level of config.levels) {
      if (!isWhole(level) || config.levels.some(({ isOpen }) => isOpen)) continue;
      for (const directive of level.directives) {
        const zone = user === 'limit_conn' ? directive.args[0] : zoneOf(directive);
        if (directive.name === user && zone !== undefined && !zones.has(zone)) yield nginxReport(config, directive, `no ${maker} makes the zone ${zone}`);
      }
    }
  }
}

/** nginx starts with the configuration, as far as its grammar, contexts and zones tell. */
export const nginxLoads: Rule = {
  id: 'nginx-loads',
  title: 'nginx starts with its configuration',
  why: 'nginx does not start with a configuration that it cannot read, and the gateway with it.',
  good: exampleNginx('server_tokens off;', 'limit_req_zone $binary_remote_addr zone=per_client:10m rate=10r/s;', 'server {\n  limit_req zone=per_client;\n}'),
  bad: exampleNginx('server_tokens off;', 'server {\n  limit_req_zone $binary_remote_addr zone=per_client:10m rate=10r/s;\n  limit_req zone=per_client;\n}'),
  remedy: 'Correct the configuration, and try it with nginx -t.',
  *check(store) {
    for (const config of nginxConfigs(store)) {
      for (const { file, line, message } of config.faults) yield nginxReport(config, { name: 'this line', args: [], line, file }, message);
      for (const level of config.levels) yield* misplaced(config, level);
      yield* unknownZones(config);
    }
  },
};
