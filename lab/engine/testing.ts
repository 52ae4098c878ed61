import { spawnSync } from 'node:child_process';
import { PulumiStack, type PulumiStackProps } from './pulumi-cli';

/** Skipped where it is missing, under `CI=true` too: it is not to be had from a package registry of this project. */
const missing = spawnSync('pulumi', ['version']).error !== undefined;

/** A test that needs the real Pulumi command. */
export function testWithPulumi(name: string, body: () => Promise<void>): void {
  if (missing) test.skip(`${name} (the Pulumi CLI is not on the PATH: pulumi.com/docs/install)`, body);
  else test(name, body, 300_000);
}

/** Runs in a new stack, and leaves nothing of it. */
export async function inStack(props: PulumiStackProps, run: (pulumi: PulumiStack) => Promise<void>): Promise<void> {
  const pulumi = new PulumiStack(props);
  try {
    await pulumi.init();
    await run(pulumi);
  } finally {
    pulumi.remove();
  }
}
