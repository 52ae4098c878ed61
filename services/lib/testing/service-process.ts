import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port';

const repository = path.resolve(__dirname, '..', '..', '..');

/** A service running as a process of its own, as in a pod. */
export interface ServiceProcess {
  readonly url: string;
  readonly metricsUrl: string;
  readonly process: ChildProcess;
  /** What it has written so far, both streams. */
  readonly output: () => string;
  /** Resolves with the exit code, null after a signal. */
  readonly exit: Promise<number | null>;
}

export type Variables = Readonly<Record<string, string>>;

/** A machine that runs tests is late for reasons of its own: there only the scenario of overload sheds for it. Benchmarks run what is shipped. */
const patience: Variables = process.env.JEST_WORKER_ID === undefined ? {} : { EVENT_LOOP_TURN_SECONDS: '30' };

/** Spawns `services/<name>/main.ts`; nothing is waited for. */
export async function spawnService(name: string, variables: Variables, args: readonly string[] = []): Promise<ServiceProcess> {
  const PORT = variables.PORT ?? String(await freePort());
  const METRICS_PORT = variables.METRICS_PORT ?? String(await freePort());
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', path.join('services', name, 'main.ts'), ...args], {
    cwd: repository,
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT, METRICS_PORT, SERVICE_NAME: `${name}-service`, TIER: 'standard', PLATFORM_ENV: 'local', ...patience, ...variables },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  // `close`, not `exit`: by then all it wrote has arrived.
  const exit = once(child, 'close').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));
  return { url: `http://127.0.0.1:${PORT}`, metricsUrl: `http://127.0.0.1:${METRICS_PORT}/metrics`, process: child, output: () => output, exit };
}

/** Longer than any test may last: its own time limit ends a wait in vain, and this the loop that would outlive it. */
const UNTIL_SECONDS = 180;

/** Waits until a check holds, however slow the machine. @throws Error after {@link UNTIL_SECONDS} */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + UNTIL_SECONDS * 1_000;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`did not come true within ${UNTIL_SECONDS} s`);
    await sleep(10);
  }
}

/** Whether its process is over, of itself or by a signal. */
export function hasEnded({ process: { exitCode, signalCode } }: ServiceProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Waits until a service is ready. @throws Error with its output when it ends instead */
export async function untilReady(service: ServiceProcess): Promise<void> {
  await until(async () => {
    if (hasEnded(service)) throw new Error(`the service ended:\n${service.output()}`);
    return (await fetch(`${service.url}/ready`).catch(() => undefined))?.ok === true;
  });
}

/** Ends a service that may have ended already. */
export async function stopService(service: ServiceProcess): Promise<void> {
  service.process.kill('SIGKILL');
  await service.exit;
}
