import { allContainers } from '../containers';
import { examplePod } from '../examples';
import { listOf, textOf, valueAt } from '../narrow';
import type { Rule } from '../policy';
import { HIDDEN } from '../received';
import { secretIn } from '../secret-literal';

/** No variable holds a secret in clear. */
export const noSecretInEnv: Rule = {
  id: 'no-secret-in-env',
  title: 'No secrets in variables',
  why: 'Whoever may read the manifest or list pods reads the secret, and it stays in the history of the repository for ever.',
  good: examplePod('env: [{ name: DATABASE_PASSWORD, valueFrom: { secretKeyRef: { name: database, key: password } } }]'),
  bad: examplePod('env: [{ name: DATABASE_PASSWORD, value: correct-horse-battery }]'),
  remedy: 'Take the value from a Secret by valueFrom.secretKeyRef, or mount the Secret; and change the secret, which is none any more.',
  *check(store) {
    for (const { pod, fields, path } of allContainers(store)) {
      for (const [index, variable] of listOf(fields['env']).entries()) {
        const value = textOf(valueAt(variable, 'value'));
        const secret = value === undefined ? undefined : secretIn(textOf(valueAt(variable, 'name')) ?? '', value);
        if (secret) yield { object: pod.owner, path: `${path}.env[${index}].value`, received: HIDDEN, message: `looks like a secret: ${secret.what}` };
      }
    }
  },
};
