import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The README's table of who may import whom, tried on the lint configuration itself. */

const root = join(__dirname, '..');

const cases = [
  ['platform/spec.ts', '../charts/app', 'refused'],
  ['charts/app.ts', '../policies/policy', 'refused'],
  ['charts/constructs/pod.ts', '../../policies/policy', 'refused'],
  ['charts/main.ts', '../lab/local/smoke', 'refused'],
  ['charts/app.ts', '../services/lib/shards', 'refused'],
  ['platform/spec.ts', '../infra/network', 'refused'],
  ['charts/app.ts', '../infra/network', 'refused'],
  ['infra/network.ts', '../policies/policy', 'refused'],
  ['infra/network.ts', '../services/lib/shards', 'refused'],
  ['infra/index.ts', '../lab/plan/plan', 'refused'],
  ['policies/policy.ts', '../platform/spec', 'refused'],
  ['policies/manifests/schema.ts', '../../charts/app', 'refused'],
  ['policies/pack/policies.ts', '../../infra/workload-plan', 'refused'],
  ['services/lib/config.ts', '../../platform/spec', 'refused'],
  ['services/lib/config.ts', '../web4/store', 'refused'],
  ['services/web4/app.ts', '../web5/store', 'refused'],
  ['services/web4/app.ts', '../../lab/local/smoke', 'refused'],
  ['charts/app.ts', '../platform/spec', 'allowed'],
  ['infra/network.ts', '../charts/app', 'allowed'],
  ['infra/network.ts', '../platform/spec', 'allowed'],
  ['infra/index.ts', '../policies/policy', 'allowed'],
  ['lab/plan/plan.ts', '../../infra/network', 'allowed'],
  ['charts/main.ts', '../policies/preset', 'allowed'],
  ['charts/synthesize.ts', '../policies/preset', 'allowed'],
  ['services/web4/app.ts', '../lib/app', 'allowed'],
  ['services/web4/app.ts', './store', 'allowed'],
  ['lab/local/services.ts', '../../services/lib/shards', 'allowed'],
] as const;

/** ESLint reads its configuration by a dynamic import, which Jest does not allow: hence a process of its own. */
const script = `
  const { ESLint } = require('eslint');
  const eslint = new ESLint();
  Promise.all(JSON.parse(process.argv[1]).map(async ([filePath, imported]) => {
    const [{ messages }] = await eslint.lintText("import * as it from '" + imported + "';\\nexport const x = it;\\n", { filePath });
    return messages.some(({ ruleId }) => ruleId === 'import-x/no-restricted-paths') ? 'refused' : 'allowed';
  })).then((results) => console.log(JSON.stringify(results)));
`;

let verdicts: readonly string[];
beforeAll(() => {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script, JSON.stringify(cases)], { cwd: root, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  verdicts = JSON.parse(stdout) as string[];
});

test.each(cases.map((row, index) => [...row, index] as const))('%s importing %s is %s', (_file, _imported, expected, index) => {
  expect(verdicts[index]).toBe(expected);
});
