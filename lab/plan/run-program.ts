import * as pulumi from '@pulumi/pulumi';
import { setMocks } from '@pulumi/pulumi/runtime/mocks';
import { setMockOptions } from '@pulumi/pulumi/runtime/settings';
import { RecordingMonitor } from './recorder';
import { type SecretSource, symbolicSecret } from './symbolic-outputs';

/** The project's name in Pulumi.yaml. */
export const PROJECT = 'rechain-scaling-platform';

export interface RunProps {
  /** The program; it is run inside a stack, as Pulumi's own entry does. */
  readonly program: () => unknown;
  readonly stack: string;
  /** The stack's configuration, keys with the project's name. */
  readonly config: Readonly<Record<string, string>>;
  /** @default names instead of values */
  readonly secretOf?: SecretSource;
}

/**
 * Runs a Pulumi program on Pulumi's own runtime, in this process, without engine, provider, credentials or network. One at a time:
 * the runtime is the process's.
 *
 * @throws what the program throws, and what the engine would refuse
 */
export async function runProgram({ program, stack, config, secretOf = symbolicSecret }: RunProps): Promise<RecordingMonitor> {
  const { stackTraceLimit } = Error;
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  // Pulumi keeps a stack trace of every promise, should one never settle: more than half of the time of a plan.
  Error.stackTraceLimit = 0;
  // What fails after the program has returned belongs to promises of the runtime's own, which nobody else holds.
  process.on('unhandledRejection', note);
  try {
    const monitor = await recordProgram({ program, stack, config, secretOf });
    await new Promise(setImmediate);
    if (rejections.length > 0) throw rejections[0];
    return monitor;
  } finally {
    process.off('unhandledRejection', note);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function recordProgram({ program, stack, config, secretOf }: Required<RunProps>): Promise<RecordingMonitor> {
  const monitor = new RecordingMonitor(PROJECT, stack, secretOf);
  // For the features that setMocks declares; its own monitor is replaced at once.
  await setMocks(monitor.mocks, PROJECT, stack, true);
  setMockOptions(monitor, PROJECT, stack, true);
  pulumi.runtime.setAllConfig({ ...config });
  const failures: unknown[] = [];
  // Caught within: the stack would reject its outputs beside the error that it throws.
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      return await program();
    } catch (error) {
      failures.push(error);
      return {};
    }
  });
  await pulumi.runtime.disconnect();
  const [failure] = [...failures, ...monitor.failures];
  if (failure !== undefined) throw failure;
  return monitor;
}
