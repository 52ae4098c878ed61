import { exampleDeployment } from '../examples';
import { isFields, listOf } from '../narrow';
import type { Rule } from '../policy';
import { exampleRoutes, exampleService } from '../relation-examples';
import { VIRTUAL_SERVICE } from './hosts';
import { routesOf } from './routes';

const others = exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }');
const to = 'route: [{ destination: { host: web } }]';

/** Whether a match asks for nothing. */
function isAll(match: unknown): boolean {
  if (!isFields(match)) return false;
  return Object.entries(match).every(([name, value]) => name === 'name' || (name === 'uri' && isFields(value) && value['prefix'] === '/'));
}

/** The same conditions as text, whatever the order of their fields and their name. */
function keyOf(match: unknown): string {
  return JSON.stringify(match, (name, value: unknown) => {
    if (name === 'name') return undefined;
    return isFields(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
  });
}

/** Every HTTP route of a VirtualService can be reached. */
export const reachableRoute: Rule = {
  id: 'reachable-route',
  title: 'Every route of a VirtualService can be reached',
  why: 'Routes are tried in order: after one that takes everything, or for a match that stood before, a route is dead (IST0130, IST0131).',
  good: others + exampleRoutes(`- match: [{ uri: { prefix: /api } }]\n      ${to}\n    - ${to}`),
  bad: others + exampleRoutes(`- ${to}\n    - match: [{ uri: { prefix: /api } }]\n      ${to}`),
  remedy: 'Put the route that takes everything last, and each match once.',
  *check(store) {
    for (const virtualService of store.ofKind(VIRTUAL_SERVICE)) {
      let takesAll: string | undefined;
      const seen = new Map<string, string>();
      for (const { protocol, path, fields } of routesOf(virtualService)) {
        if (protocol !== 'http') continue;
        if (takesAll !== undefined) {
          yield { object: virtualService, path, received: fields, message: `is never reached: ${takesAll} takes every request` };
          continue;
        }
        const matches = listOf(fields['match']);
        for (const [index, match] of matches.entries()) {
          const before = seen.get(keyOf(match));
          if (before !== undefined) yield { object: virtualService, path: `${path}.match[${index}]`, received: match, message: `is never reached: ${before} matches the same` };
          else seen.set(keyOf(match), `${path}.match[${index}]`);
        }
        if (matches.length === 0 || matches.some(isAll)) takesAll = path;
      }
    }
  },
};
