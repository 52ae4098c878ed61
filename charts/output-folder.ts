import { accessSync, constants, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { RenderedFile } from './render';

/** Thrown when the output folder cannot be written; the old one is as it was. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  constructor(path: string, received: string, options: ErrorOptions) {
    super(`output ${path}: received ${received}, allowed is a folder that this user may write. Change its permissions, or name another with --output.`, options);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
}

/** The old folder may be missing, but not a file or read-only. */
function assertReplaceable(folder: string): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isDirectory()) throw new Error('a file');
  accessSync(folder, constants.W_OK);
}

function swap(from: string, to: string): void {
  const old = `${from}.old`;
  const existed = statSync(to, { throwIfNoEntry: false }) !== undefined;
  if (existed) renameSync(to, old);
  try {
    renameSync(from, to);
  } catch (error) {
    if (existed) renameSync(old, to);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/**
 * Replaces a folder's content whole: writes beside it, then renames, so that a failure leaves the old folder as it was.
 *
 * @throws OutputError
 */
export function replaceFolder(path: string, files: readonly RenderedFile[]): void {
  const folder = resolve(path);
  let temporary: string | undefined;
  try {
    assertReplaceable(folder);
    mkdirSync(dirname(folder), { recursive: true });
    temporary = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`));
    for (const { name, text } of files) writeFileSync(join(temporary, name), text);
    swap(temporary, folder);
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
    throw new OutputError(path, describe(error), { cause: error });
  }
}
