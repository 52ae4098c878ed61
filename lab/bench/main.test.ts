import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

function bench(...args: readonly string[]) {
  return spawnSync(process.execPath, ['--require', 'tsx/cjs', join('lab', 'bench', 'main.ts'), ...args], { cwd: join(__dirname, '..', '..'), encoding: 'utf8' });
}

test('--help says what is left out without a name, and why', () => {
  const { status, stdout } = bench('--help');
  expect(status).toBe(0);
  expect(stdout.replace(/\s+/g, ' ')).toContain('Without a name "faults" is left out');
});

test.each([
  [['nothing'], 'Allowed choices are synth, services, plan, policy, faults.'],
  [['faults', '--only', 'F99'], '"F99" is no fault.'],
  [['faults', '--runs', '0'], 'Allowed is a whole number from 1 to 100.'],
  [['services', '--runs', '2'], '--only and --runs are options of "faults"'],
  [['synth', '--runs', '3'], '--only and --runs are options of "faults"'],
])('%j is bad usage', (args, message) => {
  const { status, stdout, stderr } = bench(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
});
