import { checkManifests } from '../policy';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { loadManifests } from '../yaml/load-manifests';
import { exampleNginx, exampleServer } from './examples';
import { nginxLoads as rule } from './nginx-loads';

itIsARule(rule);

const path = 'data["nginx.conf"]';
const zone = 'limit_req_zone $binary_remote_addr zone=a:1m rate=1r/s;';

itTellsApart(rule, [
  ['a zone in a server', exampleNginx(zone, 'server {\n}'), exampleNginx(`server {\n${zone}\n}`), path],
  ['a zone that nobody makes', exampleServer('limit_req zone=a;').replace('http {', `http {\n      ${zone}`), exampleServer('limit_req zone=b;').replace('http {', `http {\n      ${zone}`), path],
  ['a location in http', exampleServer('location / {}'), exampleNginx('location / {}'), path],
  ['an upstream in a server', exampleNginx('upstream a {}'), exampleServer('upstream a {}'), path],
  ['a line without end', exampleServer('listen 80;'), exampleServer('listen 80'), path],
]);

it('leaves open what included files may hold', () => {
  expect(findingsOf(rule, exampleNginx('include /etc/nginx/conf.d/*.conf;', 'server {\n  limit_req zone=b;\n}'))).toEqual([]);
});

it('gives an error its line, in the configuration and in the manifest', () => {
  const yaml = exampleServer('listen 80;', 'location / {');
  const [sourced] = loadManifests('a.yaml', yaml).objects;
  const [finding] = checkManifests(sourced ? [sourced] : [], { preset: [{ rule, severity: 'error' }], context: {} });
  expect(finding?.message).toBe('line 2: a block is not closed');
  expect(yaml.split('\n')[(finding?.line ?? 0) - 1]).toBe('    http {');
});

it('takes no other file with braces for nginx', () => {
  expect(findingsOf(rule, exampleNginx().replace('nginx.conf', 'named.conf').replace(/    events[^]*/, '    options { directory "/x" }\n'))).toEqual([]);
});
