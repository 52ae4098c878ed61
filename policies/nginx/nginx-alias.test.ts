import { itIsARule, itTellsApart } from '../rule-testing';
import { exampleServer } from './examples';
import { nginxAlias as rule } from './nginx-alias';

itIsARule(rule);

const path = 'data["nginx.conf"]';
const alias = (location: string, path: string): string => exampleServer(`location ${location} {`, `  alias ${path};`, '}');

itTellsApart(rule, [
  ['a location without slash', alias('/files/', '/srv/'), alias('/files', '/srv/'), path],
  ['a location with a modifier', alias('^~ /files', '/srv'), alias('^~ /files', '/srv/'), path],
  ['a prefix, where an exact one is safe', alias('= /files', '/srv/'), alias('/files', '/srv/'), path],
]);
