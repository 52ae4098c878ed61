import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
/** A secret of the stack is encrypted; offline it stays so. */
const encrypted = z.strictObject({ secure: z.string() });
const schema = z.looseObject({ config: z.record(z.string(), z.union([scalar, encrypted])).optional() });

/** Thrown for a stack file that is missing or malformed. */
export class StackFileError extends Error {
  override readonly name = 'StackFileError';
  constructor(file: string, received: string, options?: ErrorOptions) {
    super(`${file}: received ${received}, allowed is a YAML document with config: {"<project>:<key>": value}. Create it with pulumi config set, or restore it.`, options);
  }
}

function read(path: string, file: string): unknown {
  if (!existsSync(path)) throw new StackFileError(file, 'nothing');
  try {
    return load(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new StackFileError(file, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/**
 * The configuration of a stack, as Pulumi would give it to the program.
 *
 * @throws StackFileError
 */
export function readStackConfig(folder: string, stack: string): Readonly<Record<string, string>> {
  const file = `Pulumi.${stack}.yaml`;
  const result = schema.safeParse(read(join(folder, file), file));
  if (!result.success) throw new StackFileError(file, result.error.issues[0]?.message ?? 'something else', { cause: result.error });
  return Object.fromEntries(Object.entries(result.data.config ?? {}).map(([key, value]) => [key, typeof value === 'object' ? value.secure : String(value)]));
}
