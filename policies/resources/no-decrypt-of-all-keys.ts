import { formatFieldPath } from '../field-path';
import { allowStatements, IDENTITY_POLICIES } from '../policy-documents';
import { exampleResource } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const example = (resource: string): string => exampleResource('aws:iam/rolePolicy:RolePolicy', 'web', `{ role: web, policy: '{"Statement":[{"Effect":"Allow","Action":["kms:Decrypt"],"Resource":"${resource}"}]}' }`);
const DECRYPTS = /^kms:(?:\*|d\*|de\*|decrypt\*?|reencrypt(?:from)?\*?)$/i;
const ALL_KEYS = /^(?:\*|arn:aws[\w-]*:kms:[^:]*:[^:]*:(?:\*|key\/\*))$/;

/** A role opens what is encrypted under its own keys. */
export const noDecryptOfAllKeys: ResourceRule = {
  id: 'no-decrypt-of-all-keys',
  title: 'A policy names the keys that it decrypts with',
  why: 'A key for each kind of data keeps nobody out who may use them all.',
  good: example('${data.arn}'),
  bad: example('*'),
  remedy: 'Name the keys, or add a condition such as kms:ViaService.',
  *check(plan) {
    for (const { resource, input, path, actions, resources, isConditional } of allowStatements(plan, IDENTITY_POLICIES)) {
      const keys = resources.find((arn) => ALL_KEYS.test(arn));
      if (keys !== undefined && !isConditional && actions.some((action) => DECRYPTS.test(action))) yield { resource, path: formatFieldPath([input, ...path, 'Resource']), received: keys, message: 'must name keys: this is every one of the account' };
    }
  },
};
