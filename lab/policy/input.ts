import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A file as it was found. */
export interface InputFile {
  /** As findings name it: `-` is `stdin`. */
  readonly name: string;
  readonly bytes: Buffer;
  /** Whether the user named it, or it was found in a folder, where other files may lie beside manifests. */
  readonly named: boolean;
}

/** Thrown where an input cannot be read; the message says path, received value, limit and remedy. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

const EXTENSIONS = new Set(['.yaml', '.yml', '.json']);
const STDIN_FILE_DESCRIPTOR = 0;

function codeOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
}

function read(path: string, named: boolean): InputFile {
  try {
    return path === '-' ? { name: 'stdin', bytes: readFileSync(STDIN_FILE_DESCRIPTOR), named } : { name: path, bytes: readFileSync(path), named };
  } catch (error) {
    throw new InputError(`input ${path}: received ${codeOf(error)}, allowed is a file that this user may read. Change its permissions, or leave it out.`, { cause: error });
  }
}

/** The manifests in a folder, in the order of their names; dependencies and hidden folders are not ours to check. */
function* walk(folder: string): Iterable<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.') && entry.name !== 'node_modules') yield* walk(path);
    } else if (EXTENSIONS.has(extname(entry.name)) && statSync(path, { throwIfNoEntry: false })?.isFile()) {
      yield path;
    }
  }
}

/**
 * The files that paths stand for: files, folders with all in them, `-` for standard input.
 *
 * @throws InputError
 */
export function readInputs(paths: readonly string[]): InputFile[] {
  return paths.flatMap((path) => {
    if (path === '-') return [read(path, true)];
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) throw new InputError(`input ${path}: received nothing of that name, allowed is a file, a folder, or - for standard input. Correct the path.`);
    if (!stats.isDirectory()) return [read(path, true)];
    const files = [...walk(path)];
    if (files.length === 0) throw new InputError(`input ${path}: received a folder without ${[...EXTENSIONS].join(', ')} files, allowed is one with manifests. Name another folder.`);
    return files.map((file) => read(file, false));
  });
}
