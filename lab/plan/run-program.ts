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

/** Answers of AWS's look-ups that the program makes. */
const answers: Readonly<Partial<Record<string, Record<string, unknown>>>> = {
  'aws:ec2/getManagedPrefixList:getManagedPrefixList': { id: '${cloudfront.originFacing}' },
  'aws:ecr/getAuthorizationToken:getAuthorizationToken': { userName: 'AWS', password: '${registry.password}' },
};

function lookUp(token: string): Record<string, unknown> {
  const answer = answers[token];
  if (answer !== undefined) return answer;
  throw new Error(`look-up ${token}: the offline plan has no answer; add one in lab/plan/run-program.ts`);
}

/**
 * Runs a Pulumi program on Pulumi's own runtime, in this process, without engine, provider, credentials or network. One at a time:
 * the runtime is the process's.
 *
 * @throws what the program throws
 */
export async function runProgram({ program, stack, config, secretOf = symbolicSecret }: RunProps): Promise<RecordingMonitor> {
  const { stackTraceLimit } = Error;
  // Pulumi keeps a stack trace of every promise, should one never settle: more than half of the time of a plan.
  Error.stackTraceLimit = 0;
  try {
    return await recordProgram({ program, stack, config, secretOf });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function recordProgram({ program, stack, config, secretOf }: Required<RunProps>): Promise<RecordingMonitor> {
  const monitor = new RecordingMonitor(PROJECT, stack, secretOf, lookUp);
  // For the features that setMocks declares; its own monitor is replaced at once.
  await setMocks(monitor.mocks, PROJECT, stack, true);
  setMockOptions(monitor, PROJECT, stack, true);
  pulumi.runtime.setAllConfig({ ...config });
  await pulumi.runtime.runInPulumiStack(async () => program());
  await pulumi.runtime.disconnect();
  return monitor;
}
