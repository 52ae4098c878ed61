import { withoutBanner } from './npm-banner';

const banner = '\n> shop@0.1.0 plan\n> node -r tsx/cjs lab/plan/main.ts --json\n\n';

it('takes what npm prints from before JSON, and leaves every line where it was', () => {
  expect(withoutBanner(`${banner}{\n  "a": 1\n}\n`)).toBe('\n\n\n\n{\n  "a": 1\n}\n');
  expect(withoutBanner('> @team/shop@1.0.0-rc.1 plan\n> tsx plan.ts\n[]')).toBe('\n\n[]');
});

it.each([
  ['lines like them further down', '{ "a": 1 }\n> x@1 y\n> z\n'],
  ['lines like them further down, before JSON', 'text: |\n> x@1 y\n> z\n{}\n'],
  ['lines like them in a manifest', 'data:\n  text: |\n> x@1 y\n> z\n'],
  ['what stands before no JSON', '> x@1 y\n> z\n\nkind: ConfigMap\n'],
  ['one line alone', '> x@1 y\n{}'],
  ['JSON by itself', '{}\n'],
])('leaves %s', (_, text) => {
  expect(withoutBanner(text)).toBe(text);
});
