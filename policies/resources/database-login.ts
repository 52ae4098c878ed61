import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const DATABASE = 'aws:rds/instance:Instance';
const example = exampleOf(DATABASE);
const USUAL = new Set(['admin', 'administrator', 'postgres', 'root', 'sa', 'sysadmin']);

/** A login to a database can be traced and taken back. */
export const databaseLogin: ResourceRule = {
  id: 'database-login',
  title: 'People log in to a database as themselves, and its administrator has a name of its own',
  why: 'A password that people share cannot be taken back from one of them, and the usual names of administrators are tried first.',
  good: example('{ iamDatabaseAuthenticationEnabled: true, username: app }'),
  bad: example('{ iamDatabaseAuthenticationEnabled: false, username: postgres }'),
  remedy: 'Set iamDatabaseAuthenticationEnabled to true, and give the administrator another name.',
  *check(plan) {
    for (const resource of plan.ofType(DATABASE)) {
      yield* expectInput(resource, ['iamDatabaseAuthenticationEnabled'], isTrue, 'must be true: people would share a password');
      yield* expectInput(resource, ['username'], (value) => !USUAL.has(String(value).toLowerCase()), 'must not be a name that everybody tries first');
    }
  },
};
