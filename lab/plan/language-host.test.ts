import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setMocks } from '@pulumi/pulumi/runtime/mocks';
import { load } from 'js-yaml';
import { rechain } from '../../platform/rechain';
import { masked } from './masking';
import { RecordingMonitor } from './recorder';
import { startRecordingEngine } from './recording-engine';
import { PROJECT } from './run-program';
import { symbolicSecret } from './symbolic-outputs';
import { record, testConfig } from './testing';

/** The program as Pulumi's language host starts it: Pulumi's own entry, the options of Pulumi.yaml, an engine over gRPC. */

const root = join(__dirname, '../..');
const { runtime } = load(readFileSync(join(root, 'Pulumi.yaml'), 'utf8')) as { runtime: { options: { typescript: boolean; nodeargs: string } } };

async function runByPulumi(stack: string, config: Readonly<Record<string, string>>): Promise<{ monitor: RecordingMonitor; code: unknown; log: string }> {
  const monitor = new RecordingMonitor(PROJECT, stack, symbolicSecret);
  // What the recorder writes itself is written with secrets.
  await setMocks(monitor.mocks, PROJECT, stack, true);
  const engine = await startRecordingEngine(monitor);
  try {
    const entry = join(root, 'node_modules/@pulumi/pulumi/cmd/run');
    const args = [...runtime.options.nodeargs.split(' '), entry, '--monitor', engine.address, '--engine', engine.address, '--project', PROJECT, '--stack', stack, '--pwd', root, '--dry-run', '--parallel', '16', '.'];
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'ignore', env: { PATH: process.env['PATH'] ?? '', PULUMI_NODEJS_TYPESCRIPT: String(runtime.options.typescript), PULUMI_CONFIG: JSON.stringify(config) } });
    const [code] = (await once(child, 'exit')) as [unknown];
    return { monitor, code, log: engine.log.join('\n') };
  } finally {
    engine.stop();
  }
}

test('what Pulumi runs is what the plan shows: every resource, its inputs, its dependencies', async () => {
  const { monitor, code, log } = await runByPulumi('production', testConfig);
  expect({ code, log }).toEqual({ code: 0, log: '' });
  const planned = await record(rechain, 'production');
  const comparable = ({ recorded }: RecordingMonitor) => [...recorded.values()].map(({ urn, inputs, dependencies, protect }) => ({ urn, inputs: masked(inputs), dependencies, protect })).sort((a, b) => (a.urn < b.urn ? -1 : 1));
  expect(comparable(monitor)).toEqual(comparable(planned));
});

test('a stack without configuration ends with the reason, and creates nothing', async () => {
  const { monitor, code, log } = await runByPulumi('production', {});
  expect(code).not.toBe(0);
  expect(log).toContain('the stack configuration has 2 issues:\n  config.accountId: received nothing');
  expect([...monitor.recorded.values()].map(({ type }) => type)).toEqual(['pulumi:pulumi:Stack']);
});
