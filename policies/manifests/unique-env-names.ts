import { allContainers } from '../containers';
import { examplePod } from '../examples';
import { listOf, textOf, valueAt } from '../narrow';
import type { Rule } from '../policy';

/** A container sets each variable once. */
export const uniqueEnvNames: Rule = {
  id: 'unique-env-names',
  title: 'A variable is set once',
  why: 'The last one holds, whatever the first says; and kubectl apply merges them by name, into one or the other.',
  good: examplePod('env: [{ name: MODE, value: fast }, { name: LEVEL, value: info }]'),
  bad: examplePod('env: [{ name: MODE, value: fast }, { name: MODE, value: safe }]'),
  remedy: 'Remove all but the one that is meant.',
  *check(store) {
    for (const { pod, fields, path } of allContainers(store)) {
      const first = new Map<string, number>();
      for (const [index, variable] of listOf(fields['env']).entries()) {
        const name = textOf(valueAt(variable, 'name'));
        if (name === undefined) continue;
        const earlier = first.get(name);
        if (earlier === undefined) first.set(name, index);
        else yield { object: pod.owner, path: `${path}.env[${index}].name`, received: name, message: `is set by env[${earlier}] already` };
      }
    }
  },
};
