import { isFields, textOf, valueAt } from '../narrow';
import { formatFieldPath } from '../field-path';
import type { Rule } from '../policy';
import { HIDDEN } from '../received';
import { secretIn, secretsInText, type SecretLiteral } from '../secret-literal';

function secretsIn(key: string, value: string): Iterable<SecretLiteral> {
  const whole = value.includes('\n') ? undefined : secretIn(key, value);
  return whole ? [whole] : secretsInText(value);
}

/** No ConfigMap holds a secret, as a value or in a file. */
export const noSecretInConfigMap: Rule = {
  id: 'no-secret-in-config-map',
  title: 'No secrets in ConfigMaps',
  why: 'ConfigMaps are not encrypted at rest, most roles may read them, and the manifest keeps the secret in the history of the repository.',
  good: `
apiVersion: v1
kind: ConfigMap
metadata: { name: web, namespace: shop }
data:
  application.properties: |
    db.user=web
    db.password=\${DATABASE_PASSWORD}
`,
  bad: `
apiVersion: v1
kind: ConfigMap
metadata: { name: web, namespace: shop }
data:
  application.properties: |
    db.user=web
    db.password=correct-horse-battery
`,
  remedy: 'Move it to a Secret, and let the configuration refer to a variable or a file; and change the secret, which is none any more.',
  *check(store) {
    for (const map of store.ofKind('ConfigMap')) {
      const data = valueAt(map.object, 'data');
      for (const [key, value] of Object.entries(isFields(data) ? data : {})) {
        for (const { what, line } of secretsIn(key, textOf(value) ?? '')) {
          const message = `looks like it holds a secret${line === undefined ? '' : ` in line ${line}`}: ${what}`;
          yield { object: map, path: formatFieldPath(['data', key]), received: HIDDEN, message };
        }
      }
    }
  },
};
