import { formatFieldPath, type Segments } from '../field-path';
import { isFields } from '../narrow';
import { isDecidedLater } from '../planned-resource';
import { HIDDEN } from '../received';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';
import { secretIn } from '../secret-literal';

const example = exampleOf('aws:rds/instance:Instance');
/** Deep enough for any resource, and an end for one that contains itself. */
const MAX_DEPTH = 20;

/** The texts in a value, each with its path and the name of the field that it stands in. */
function* textsIn(value: unknown, path: Segments): Iterable<{ readonly path: Segments; readonly name: string; readonly text: string }> {
  if (typeof value === 'string') yield { path, name: String(path.findLast((segment) => typeof segment === 'string') ?? ''), text: value };
  else if (path.length >= MAX_DEPTH) return;
  else if (Array.isArray(value)) for (const [index, entry] of value.entries()) yield* textsIn(entry, [...path, index]);
  else if (isFields(value)) for (const [key, entry] of Object.entries(value)) yield* textsIn(entry, [...path, key]);
}

/** No credential is in the program, the state or the plan as it is. */
export const noCredentialInInput: ResourceRule = {
  id: 'no-credential-in-input',
  title: 'No input holds a credential as plain text',
  why: 'It is in the state, in every plan and in the history of the program, for all who may read one of them.',
  good: example('{ username: app, password: "[secret]" }'),
  bad: example('{ username: app, password: Kq8sLw2Zp0 }'),
  remedy: 'Make it a Pulumi secret: generate it, or read it with config.requireSecret.',
  *check(plan) {
    for (const resource of plan.all) {
      for (const { path, name, text } of textsIn(resource.inputs, [])) {
        const secret = isDecidedLater(text) && !/:\/\//.test(text) ? undefined : secretIn(name, text);
        if (secret) yield { resource, path: formatFieldPath(path), received: HIDDEN, message: `holds ${secret.what}` };
      }
      const data = resource.type === 'kubernetes:core/v1:Secret' ? (['data', 'stringData'] as const).find((field) => isFields(resource.inputs[field]) && Object.values(resource.inputs[field]).some((value) => !isDecidedLater(value))) : undefined;
      if (data !== undefined) yield { resource, path: data, received: HIDDEN, message: 'must be a Pulumi secret as a whole' };
    }
  },
};
