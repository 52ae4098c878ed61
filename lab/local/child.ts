import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** A process of the local platform; what it writes goes to a file. */
export interface Child {
  readonly name: string;
  readonly logFile: string;
  readonly process: ChildProcess;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Thrown when a process of the platform ends although nobody told it to. */
export class ChildError extends Error {
  override readonly name = 'ChildError';
  constructor({ name, logFile }: Pick<Child, 'name' | 'logFile'>, outcome: string) {
    super(`${name} ended with ${outcome}. The end of its log, ${logFile}:\n${tail(logFile)}`);
  }
}

const TAIL_LINES = 10;

function tail(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).map((line) => `  ${line}`).join('\n');
}

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly logFile: string;
}

/**
 * A shell that ends the child when this process ends without having done so, even by SIGKILL: the pipe closes then. It is told
 * by the pid, which nobody else can have while the child is not reaped.
 */
function startGuard(pid: number): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -TERM "$1"', 'sh', String(pid)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
  guard.unref();
  return guard;
}

/** Spawns a process in a group of its own: Ctrl-C reaches the runner alone, which then stops everything in order. */
export function startChild({ name, command, args, cwd, environment, logFile }: ChildOptions): Child {
  const log = openSync(logFile, 'a');
  const child = spawn(command, [...args], { cwd, env: environment, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  const guard = child.pid === undefined ? undefined : startGuard(child.pid);
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code, signal) => {
      guard?.kill('SIGKILL');
      resolve(code ?? signal ?? 1);
    });
  });
  return { name, logFile, process: child, ended };
}

/**
 * Tells a process to end, and waits until it has.
 *
 * @param patienceMillis after which it is killed
 */
export async function stopChild({ process: child }: Child, signal: NodeJS.Signals, patienceMillis: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  const killer = setTimeout(() => child.kill('SIGKILL'), patienceMillis);
  await exit;
  clearTimeout(killer);
}

/** Waits until a check holds. @throws ChildError when the process ends first */
export async function whenReady(child: Child, check: () => Promise<boolean>): Promise<void> {
  let outcome: number | NodeJS.Signals | undefined;
  void child.ended.then((value) => (outcome = value));
  while (!(await check())) {
    if (outcome !== undefined) throw new ChildError(child, typeof outcome === 'number' ? `code ${outcome}` : outcome);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
